"""Sentences the scripts of a call say, in the reader's language. Texts only."""

from django.utils.translation import gettext as _


def words_of_room() -> dict[str, str]:
    """By the names the scripts know them; %s stands for a name, %n for a number."""
    return {
        "you": _("you"),
        "connecting": _("Connecting …"),
        "alone": _("Nobody else is here yet. They are told that you wait."),
        "lineLost": _("The line to this person is interrupted. It is looked for again."),
        "serverLost": _("The server is out of reach for a moment. Sound and picture go on."),
        "back": _("Everything is connected again."),
        "carrierLost": _(
            "The server that carries this call is out of reach. It is looked for again; write meanwhile, or use the spare link."
        ),
        "between": _("The server for groups does not answer. The call goes on between your browsers."),
        "failed": _(
            "No way was found between you. Go on with the spare link or in the conversation; it is tried again meanwhile."
        ),
        "weak": _("Your line is weak. Sound alone would be clearer."),
        "weakChosen": _("Your line is weak: sound goes on, pictures come back with the line."),
        "text": _(
            "Your line carries no sound now. Write: messages get through. Sound comes back with the line."
        ),
        "strong": _("Your line is good again."),
        "noDevices": _(
            "Camera and microphone cannot be used. Allow them in the browser, or take part in writing."
        ),
        "noCamera": _("No camera was found, or it is not allowed. You take part with sound."),
        "noMicrophone": _("No microphone was found, or it is not allowed. You hear the others and write."),
        "noScreen": _("The screen was not shared."),
        "muteOn": _("Microphone off"),
        "muteOff": _("Microphone on"),
        "cameraOn": _("Camera on"),
        "cameraOff": _("Camera off"),
        "share": _("Share screen"),
        "shareStop": _("Stop sharing"),
        "hand": _("Raise hand"),
        "handDown": _("Lower hand"),
        "elsewhere": _("This call is open in another window of yours. It goes on there."),
        "removed": _("You were taken out of this call."),
        "minutesLeft": _("%n min left"),
        "timeOver": _("The time is over. The room stays open for some minutes."),
        "recording": _("This call is being recorded. Everybody agreed."),
        "admit": _("Let in"),
        "refuse": _("Do not let in"),
        "remove": _("Put out"),
        "waits": _("waits before the door"),
        "inside": _("in the room"),
        "left": _("has left"),
        "muted": _("microphone off"),
        "shows": _("shows the screen"),
        "raised": _("hand up"),
        "soundOnly": _("sound only"),
        "textOnly": _("in writing"),
        "interpreter": _("interpreter"),
        "hush": _("Microphone off"),
        "listeners": _("Listening: %n"),
        "hushed": _("The host switched your microphone off."),
        "unseen": _("Not sent. It stays here; try again."),
        "saved": _("Saved."),
        "saving": _("Saving …"),
        "meanwhile": _("Somebody else has written meanwhile. Both versions are below."),
        "hear": _("Tap to hear the others"),
        "checkCamera": _("Camera works"),
        "checkMicrophone": _("Microphone works: speak, and the bar moves"),
        "checkQuiet": _("Microphone is on. Nothing is heard yet: say something."),
        "checkServer": _("Server in reach: %n ms"),
        "checkNoServer": _("The server's line is not open. Messages are sent by reloading; a call needs it."),
        "checkRelay": _("Strict networks are passed through the relay"),
        "checkSecret": _(
            "The relay for strict networks refuses this fair's password. Tell the organiser; from an open network calls work."
        ),
        "checkRelayAway": _(
            "The relay for strict networks is out of reach from here. From an open network calls work."
        ),
        "checkDirect": _("Direct ways are found"),
        "checkNoWay": _(
            "No way for sound and picture was found. Try another network, or take part in writing."
        ),
        "admitted": _("You may come in now."),
        "wants": _("%s wants to come in"),
        "message": _("%s wrote"),
    }


def words_of_stage() -> dict[str, str]:
    """Those of the audience's page; %n stands for a number."""
    names = (
        "connecting",
        "lineLost",
        "back",
        "hear",
        "muted",
        "shows",
        "soundOnly",
        "textOnly",
        "interpreter",
        "you",
        "listeners",
    )
    return {
        **{name: text for name, text in words_of_room().items() if name in names},
        "soon": _("The session has not begun yet. Stay on this page: it begins by itself."),
        "over": _("The session on this stage is over."),
        "gone": _("This session is not carried here any more. Its page says where it is."),
        "lost": _(
            "The server that carries this session is out of reach. It is looked for again; the spare link works meanwhile."
        ),
        "lostNoSpare": _("The server that carries this session is out of reach. It is looked for again."),
        "failed": _(
            "No way for sound and picture was found from your network. It is tried again; use the spare link meanwhile."
        ),
        "failedNoSpare": _("No way for sound and picture was found from your network. It is tried again."),
        "outOfReach": _("The server is out of reach for a moment. Sound and picture go on."),
        "noRight": _("You have no right to this session any more."),
        "nobody": _("Nobody is on the stage at this moment."),
    }
