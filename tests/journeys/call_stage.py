"""A fair with a call of two parties and guests, inside an installation of its own; browsers with fake cameras that enter it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic, time_ns
from typing import Any

from tests.config.installation import Installation
from tests.journeys import chromium
from tests.programme.live_world import cookies_of, signed_in

FLAGS = (
    *chromium.FLAGS,
    "--use-fake-device-for-media-stream=device-count=10",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--auto-select-desktop-capture-source=Entire screen",
)
MAKE = (
    "import json, sys; from tests.journeys.call_stage import make; print(json.dumps(make(int(sys.argv[1]))))"
)
INSIDE = "() => Boolean(window.everfairCall?.engine)"
SEES = """async ([code, what]) => {
  const video = document.querySelector(`[data-tiles] [data-code="${code}"][data-what=${what}] video`);
  if (!video || !video.videoWidth) return false;
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  await new Promise((resolve) => setTimeout(resolve, 400));
  return video.getVideoPlaybackQuality().totalVideoFrames > before;
}"""
STANDS = """async () => {
  const took = async (pc) => [...(await pc.getStats()).values()].filter((row) => ["inbound-rtp", "outbound-rtp", "media-source"].includes(row.type) || row.nominated)
    .map((row) => [row.type.slice(0, 3), row.kind, ...["packetsReceived", "packetsLost", "packetsSent", "framesEncoded", "framesReceived", "framesDecoded", "keyFramesDecoded", "frames", "availableOutgoingBitrate", "currentRoundTripTime", "pliCount", "frameWidth", "targetBitrate", "qualityLimitationReason", "active", "framesPerSecond"].map((name) => row[name]).filter((one) => one !== undefined)].join(" "));
  const lines = await Promise.all((everfairCall.engine?.lines() || []).map(async ([code, pc]) => [code, pc.connectionState, await took(pc)]));
  return { me: JSON.parse(document.getElementById("call-config").textContent).me, words: everfairCall.words, isServed: everfairCall.engine?.isServed, lines,
    tiles: [...document.querySelectorAll("[data-tiles] .tile")].map((one) => [one.dataset.code, one.innerText, one.querySelector("video")?.videoWidth, one.querySelector("video")?.readyState, one.querySelector("video")?.paused]) };
}"""
"""What a page says of itself, for a journey that fails."""
SMALL = """(() => { const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wanted) => ask({ ...wanted, video: wanted.video && { width: 160, height: 90, frameRate: 5 } });
  MediaStreamTrack.prototype.applyConstraints = async () => {}; })();"""
"""Small pictures: what is looked at here is who sees whom, and the machine has other work."""
OWN_CAMERA = """(() => { const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    if (!wanted.video || wanted.video.deviceId) return ask(wanted);
    const cameras = (await devices.enumerateDevices()).filter((one) => one.kind === "videoinput" && one.label !== "fake_device_1");
    return ask({ ...wanted, video: { ...wanted.video, deviceId: { exact: cameras[%d %% cameras.length].deviceId } } });
  }; })();"""
"""A camera for each person, as in life: a camera keeps four pictures, and five busy pages that share one hold them all, so that it
stops for good. The second fake camera measures depth, which no encoder takes."""
RELAY = """(() => { const Own = RTCPeerConnection;
  window.RTCPeerConnection = class extends Own { constructor(given) { super({ ...given, iceTransportPolicy: "relay" }); (window.lines ||= []).push(this); } }; })()"""


def make(guests: int = 0) -> dict[str, Any]:
    """An open call of a visitor and a firm's colleague; guests with the link."""
    from django.utils import timezone

    from tests import factories

    factories._numbers = count(time_ns() // 1000 % 10**11)  # several calls are made in one installation
    from everfair.calls import access
    from everfair.exhibition.models import Exhibitor
    from tests.factories.calls import make_call
    from tests.factories.conversations import make_colleague
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.people import make_user

    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    visitor = make_user(name="Wanjiru Kamande")
    colleague = make_colleague(firm, name="Lin Yao")
    call = make_call(firm, visitor, now=timezone.now())
    call.spare_url = "https://meet.example.org/spare"
    call.save(update_fields=["spare_url"])
    others = [make_user(name=f"Guest {n + 1}") for n in range(guests)]
    door = f"/en/my/calls/{firm.edition.slug}/{call.code}/"
    return {
        "door": door,
        "code": call.code,
        "link": f"{door}guest/{access.invitation(call)}/",
        "people": [signed_in(one) for one in (visitor, colleague, *others)],
    }


def new_call(installation: Installation, guests: int = 0) -> dict[str, Any]:
    """A call of its own, made in the installation."""
    found: dict[str, Any] = json.loads(installation.python(MAKE, str(guests)))
    return found


@contextmanager
def cameras(browser_type: Any, *flags: str) -> Iterator[Any]:
    """A Chromium with a fake camera, microphone and screen."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    started = browser_type.launch(executable_path=path, args=[*FLAGS, *flags])
    try:
        yield started
    finally:
        started.close()


def page_of(
    browser: Any,
    base: str,
    key: str,
    wrong: list[str],
    script: str = "",
    *,
    small: bool = True,
    **options: Any,
) -> Any:
    """A page of a fresh profile of somebody, who allows camera and microphone. `small`: little pictures, few a second."""
    context = browser.new_context(
        base_url=base, **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
    )
    context.set_default_timeout(60000)
    context.grant_permissions(["camera", "microphone"])
    context.add_cookies(
        [{"name": name, "value": value, "url": base} for name, value in cookies_of(key).items()]
    )
    context.add_init_script(OWN_CAMERA % (len(browser.contexts) - 1) + (SMALL if small else "") + script)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None
    )
    return page


def enter(page: Any, door: str, mode: str = "picture") -> Any:
    """Through the door's form into the room."""
    page.goto(door)
    page.check(f"[name=mode][value={mode}]")
    page.click("[data-enter] button")
    page.wait_for_function(INSIDE)
    return page


def code_of(page: Any) -> str:
    """What the others address this page's person by."""
    found: str = page.evaluate("JSON.parse(document.getElementById('call-config').textContent).me")
    return found


def sees(page: Any, code: str, what: str = "person", timeout: float = 120000) -> None:
    """Waits until moving pictures of somebody are on this page.

    Asked again from here: Playwright takes the promise of an asynchronous predicate for true.
    """
    ends = monotonic() + timeout / 1000
    while not page.evaluate(SEES, [code, what]):
        assert monotonic() < ends, f"no moving pictures of {code} ({what}): {page.evaluate(STANDS)}"
        page.wait_for_timeout(200)


def let_in(host: Any, guest: Any, call: dict[str, Any]) -> Any:
    """A guest asks by the link, waits, is let in by a button, goes in."""
    guest.goto(call["link"])
    guest.click("main form button")
    guest.wait_for_selector("[data-waiting]")
    host.click("[data-people] [data-act=admit]")
    guest.wait_for_selector("[data-enter]")
    guest.click("[data-enter] button")
    guest.wait_for_function(INSIDE)
    return guest


def all_see_all(pages: list[Any]) -> None:
    """Each page shows moving pictures of each other person."""
    codes = [code_of(page) for page in pages]
    for page, own in zip(pages, codes, strict=True):
        for code in codes:
            if code != own:
                try:
                    sees(page, code)
                except AssertionError as error:
                    raise AssertionError([one.evaluate(STANDS) for one in pages]) from error


def word(page: Any, act: str) -> None:
    page.click(f"[data-do={act}]")
