"""How every journey starts Debian's Chromium: as root, and without what only a window with an address bar needs."""

# Without a page of its own behind the suggestions of each window's address bar a journey takes a quarter less processor
# time. Chromium takes the last such list only, so what Playwright switches off is named here again.
_WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
FLAGS = ("--no-sandbox", f"--disable-features={','.join(_WITHOUT)}")
