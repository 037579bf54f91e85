"""Real browsers with fake cameras in rooms of the real Janus, with seats of the gateway: who sees whom, and who no more."""

import functools
import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from everfair.gateways.video.janus import JanusRooms
from everfair.gateways.video.turn import ice_servers
from everfair.gateways.video.types import IceServer, Seat
from tests.journeys.chromium import FLAGS
from tools.services_of_calls import Janus, NotHere, Turn, janus, turn

pytestmark = pytest.mark.journey
SCRIPTS = Path(__file__).resolve().parents[2] / "everfair" / "web" / "static" / "js"
PAGE = """<!doctype html><title>A call</title><script type="module">
import { JanusCall } from "./call/janus.js";
const seen = (window.seen = {}), states = (window.states = []), talking = (window.talking = new Set());
window.enter = async (seat, renewed, options = {}) => {
  const hooks = {
    onStream: (feed, stream, what) => {
      if (what === "screen") feed += "-screen";
      let video = document.getElementById(feed);
      if (!video) document.body.append(video = Object.assign(document.createElement("video"), { id: feed, muted: true, autoplay: true }));
      video.srcObject = stream;
    },
    onGone: (feed) => document.getElementById(feed)?.remove(),
    onTalking: (feed, is) => is && talking.add(feed),
    onState: (state, error) => states.push(error ? `${state}: ${error.message}` : state),
  };
  if (renewed) hooks.renew = async () => renewed();
  if (options.known) hooks.isKnown = (feed) => options.known.includes(feed);
  window.options = options;
  window.call = new JanusCall(seat, hooks);
  const tone = () => {
    const sound = new AudioContext(), source = sound.createOscillator(), end = sound.createMediaStreamDestination();
    source.connect(end);
    source.start();
    return end.stream;
  };
  const stream = options.tone ? tone() : options.listens ? null : await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
  await call.enter(stream);
};
const decoded = async (line) => {
  let found = 0;
  for (const report of (await line.peer.getStats()).values()) if (report.type === "inbound-rtp") found += report.kind === "video" ? report.framesDecoded : 0;
  return found;
};
window.frames_of = async (feed) => call.watched.has(feed) ? decoded(call.watched.get(feed)) : -1;
window.sees = async (feed) => {
  const before = await frames_of(feed);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return (await frames_of(feed)) > before && document.getElementById(feed)?.videoWidth > 0;
};
</script>"""


@pytest.fixture(scope="module")
def janus_server() -> Iterator[Janus]:
    try:
        with janus() as given:
            yield given
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def turn_server() -> Iterator[Turn]:
    try:
        with turn() as given:
            yield given
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture
def rooms(janus_server: Janus) -> JanusRooms:
    return JanusRooms(
        janus_server.url, janus_server.public_url, janus_server.token_secret, janus_server.admin_key
    )


class Files(http.server.SimpleHTTPRequestHandler):
    """The page, and the scripts as they are in the source."""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The page's address, on loopback: browsers give cameras to it without https."""
    handler = functools.partial(Files, directory=str(SCRIPTS))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def cameras(browser: Any) -> Iterator[Any]:
    """A Chromium of its own, with a fake camera and microphone."""
    flags = [*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    started = browser.browser_type.launch(executable_path=path, args=flags)
    yield started
    started.close()


@pytest.fixture
def open_page(cameras: Any, site: str) -> Iterator[Callable[[], Any]]:
    """Makes pages of profiles of their own; errors of scripts fail the journey."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def make() -> Any:
        contexts.append(cameras.new_context())
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(site)
        page.wait_for_function("() => Boolean(window.enter)")
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def room(rooms: JanusRooms, request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.node.name
    rooms.close(request.node.name, now=datetime.now(UTC))


def take(rooms: JanusRooms, room: str, person: str, ice: tuple[IceServer, ...] = (), **more: Any) -> Seat:
    now = datetime.now(UTC)
    about: dict[str, Any] = {"kind": "group", "senders": 8, "may_send": True} | more
    return rooms.take_seat(room, person, now=now, until=now + timedelta(hours=1), ice=ice, **about)


def enter(page: Any, seat: Seat, **options: Any) -> None:
    page.evaluate("([seat, options]) => enter(seat, null, options)", [seat.as_json(), options])


def wait_to_see(page: Any, *feeds: str) -> None:
    ends = time.monotonic() + 30
    # Asked from here: Playwright takes the promise of an asynchronous predicate for true.
    while not page.evaluate(
        "async (feeds) => (await Promise.all(feeds.map(sees))).every(Boolean)", list(feeds)
    ):
        assert time.monotonic() < ends, f"no moving pictures of {feeds}"
        page.wait_for_timeout(200)


def watched(page: Any) -> list[str]:
    return sorted(page.evaluate("[...call.watched.keys()]"))


def test_three_see_each_other_and_one_is_put_out(
    rooms: JanusRooms, room: str, open_page: Callable[[], Any]
) -> None:
    seats = [take(rooms, room, str(person)) for person in range(3)]
    pages = [open_page() for _ in seats]
    for page, seat in zip(pages, seats, strict=True):
        enter(page, seat)
    for page, seat in zip(pages, seats, strict=True):
        others = [other.feed for other in seats if other is not seat]
        wait_to_see(page, *others)
        assert watched(page) == sorted(others)
    assert all(one.is_sending for one in rooms.present(room, now=datetime.now(UTC)))
    first, second, out = pages
    # a kept connection would go on receiving if Janus went on sending
    out.evaluate(
        "() => { window.kept = [...call.watched.values()]; kept.forEach((line) => { line.close = () => {}; }); }"
    )
    assert rooms.remove(room, "2", now=datetime.now(UTC)) == 1
    out.wait_for_function("states.includes('removed')")
    for page in (first, second):
        page.wait_for_function("(feed) => !call.watched.has(feed)", arg=seats[2].feed)
    count = """async () => { const found = await Promise.all(kept.map((line) => line.peer.getStats()));
        return found.flatMap((all) => [...all.values()]).filter((one) => one.type === "inbound-rtp")
          .reduce((sum, one) => sum + one.packetsReceived, 0); }"""
    out.wait_for_timeout(1000)
    before = out.evaluate(count)
    out.wait_for_timeout(1500)
    assert out.evaluate(count) == before > 0
    again = open_page()
    with pytest.raises(Exception, match="433 Unauthorized"):
        enter(again, seats[2])
    wait_to_see(first, seats[1].feed)  # nobody else was disturbed


def test_a_listener_sees_and_does_not_send(
    rooms: JanusRooms, room: str, open_page: Callable[[], Any]
) -> None:
    speaker = take(rooms, room, "1", kind="stage", senders=1)
    listener = take(rooms, room, "2", kind="stage", senders=1, may_send=False)
    stage, hall = open_page(), open_page()
    enter(stage, speaker)
    enter(hall, listener, listens=True)
    wait_to_see(hall, speaker.feed)
    assert watched(stage) == []
    now = datetime.now(UTC)
    assert rooms.sweep(room, now=now, senders=1) == 0
    forge = "async () => call.publish(await navigator.mediaDevices.getUserMedia({ audio: true }))"
    with pytest.raises(Exception, match="432 Maximum number of publishers"):
        hall.evaluate(forge)  # a program of their own, while every speaker sends
    take(
        rooms, room, "3", kind="stage", senders=2
    )  # room for a speaker who is on the way: somebody else fits, too
    again = open_page()
    enter(again, take(rooms, room, "2", kind="stage", senders=2, may_send=False), listens=True)
    hall.evaluate("call.leave()")
    hall = again
    hall.evaluate(forge)
    hall.wait_for_function("call.line.peer.connectionState === 'connected'")
    deadline = time.monotonic() + 20
    while not all(one.is_sending for one in rooms.present(room, now=now)):
        assert time.monotonic() < deadline, "the listener never sent anything"
        time.sleep(0.2)
    assert rooms.sweep(room, now=now, senders=1) == 1
    assert [one.feed for one in rooms.present(room, now=now)] == [speaker.feed]
    hall.wait_for_function("states.includes('removed')")
    seat = hall.evaluate("call.seat")
    late = open_page()
    with pytest.raises(Exception, match="433 Unauthorized"):
        late.evaluate(
            "seat => enter(seat, null, { listens: true })", seat
        )  # their seat opens nothing any more


def test_a_speaker_comes_back_though_the_lost_line_still_counts(
    rooms: JanusRooms, room: str, open_page: Callable[[], Any]
) -> None:
    lost, again = open_page(), open_page()
    enter(lost, take(rooms, room, "1", kind="stage", senders=1))
    enter(again, take(rooms, room, "1", kind="stage", senders=1))
    assert len(rooms.present(room, now=datetime.now(UTC))) == 2


def test_a_screen_beside_the_camera(rooms: JanusRooms, room: str, open_page: Callable[[], Any]) -> None:
    seats = [take(rooms, room, "1"), take(rooms, room, "2")]
    first, second = open_page(), open_page()
    enter(first, seats[0])
    enter(second, seats[1], listens=True)
    wait_to_see(second, seats[0].feed)
    assert second.evaluate("document.querySelectorAll('video').length") == 1
    first.evaluate(  # a picture of another size that changes, as a screen
        """() => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 }), pen = canvas.getContext("2d");
          setInterval(() => { pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`; pen.fillRect(0, 0, 640, 480); }, 50);
          const [track] = canvas.captureStream(10).getVideoTracks();
          track.contentHint = "detail";
          window.camera = call.own;
          return call.publish(new MediaStream([...camera.getTracks(), track]));
        }"""
    )
    second.wait_for_function(
        "(id) => document.getElementById(id)?.videoWidth > 0", arg=f"{seats[0].feed}-screen", timeout=30000
    )
    kinds = "(feed) => ['', '-screen'].map((end) => document.getElementById(feed + end).srcObject.getTracks().map(({ kind }) => kind).sort())"
    assert second.evaluate(kinds, seats[0].feed) == [["audio", "video"], ["video"]]
    first.evaluate("call.publish(new MediaStream(camera.getAudioTracks()))")  # no camera, no screen
    sent = "call.line.peer.getSenders().map(({ track }) => track?.kind ?? null)"
    assert first.evaluate(sent) == ["audio", None, None]
    first.evaluate("call.publish(camera)")
    assert first.evaluate(sent) == ["audio", "video", None]
    wait_to_see(second, seats[0].feed)


def test_who_talks_is_told(rooms: JanusRooms, room: str, open_page: Callable[[], Any]) -> None:
    talker, listener = take(rooms, room, "1"), take(rooms, room, "2")
    first, second = open_page(), open_page()
    enter(first, listener, listens=True)
    enter(second, talker, tone=True)
    first.wait_for_function("(feed) => talking.has(feed)", arg=talker.feed, timeout=30000)


def test_nobody_watches_without_having_joined(
    rooms: JanusRooms, room: str, open_page: Callable[[], Any]
) -> None:
    sender, watcher = take(rooms, room, "1"), take(rooms, room, "2")
    first, second = open_page(), open_page()
    enter(first, sender)
    enter(second, watcher, listens=True)
    wait_to_see(second, sender.feed)
    watch = """async (privateId) => {
      call.forget([...call.watched.keys()][0]);
      call.privateId = privateId ?? undefined;
      call.look = () => {};
      try { await call.watch([...call.senders.values()][0]); } catch (error) { return error.code; }
    }"""
    assert second.evaluate(watch, 4711) == 433
    assert second.evaluate(watch, None) == 433


def test_only_known_numbers_are_shown(rooms: JanusRooms, room: str, open_page: Callable[[], Any]) -> None:
    known, stranger, me = (take(rooms, room, person) for person in "123")
    for seat in (known, stranger):
        enter(open_page(), seat)
    mine = open_page()
    enter(mine, me, known=[known.feed])
    wait_to_see(mine, known.feed)
    assert watched(mine) == [known.feed]
    mine.evaluate("(feed) => { options.known.push(feed); call.look(); }", stranger.feed)
    wait_to_see(mine, known.feed, stranger.feed)


def test_media_go_on_while_the_websocket_is_cut(
    rooms: JanusRooms, room: str, open_page: Callable[[], Any]
) -> None:
    seats = [take(rooms, room, "1"), take(rooms, room, "2")]
    first, second = open_page(), open_page()
    enter(first, seats[0])
    enter(second, seats[1])
    wait_to_see(first, seats[1].feed)
    session = first.evaluate("call.wire.session")
    first.evaluate("call.wire.socket.close()")
    first.wait_for_function("states.at(-1) === 'back'")
    assert first.evaluate("[call.wire.session, ...states]") == [session, "entered", "interrupted", "back"]
    wait_to_see(first, seats[1].feed)
    wait_to_see(second, seats[0].feed)
    third = open_page()
    late = take(rooms, room, "3")
    enter(third, late)
    wait_to_see(first, late.feed)  # signalling is back too


def test_janus_falls_and_all_meet_again_with_new_seats(
    rooms: JanusRooms, room: str, janus_server: Janus, open_page: Callable[[], Any]
) -> None:
    pages = [open_page(), open_page()]
    for number, page in enumerate(pages):
        page.expose_function("renewed", lambda person=str(number): take(rooms, room, person).as_json())
        seat = take(rooms, room, str(number)).as_json()
        page.evaluate("(seat) => enter(seat, () => renewed())", seat)
    for page, other in (pages, pages[::-1]):
        wait_to_see(page, other.evaluate("call.seat.feed"))
    janus_server.stop()
    janus_server.start()
    for page in pages:
        page.wait_for_function("states.at(-1) === 'back'", timeout=30000)
    for page, other in (pages, pages[::-1]):
        wait_to_see(page, other.evaluate("call.seat.feed"))


def test_relay_only_through_the_real_coturn(turn_server: Turn, open_page: Callable[[], Any]) -> None:
    connect = """async (iceServers) => {
      const sides = [0, 1].map(() => new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" }));
      sides.forEach((side, i) => { side.onicecandidate = ({ candidate }) => candidate && sides[1 - i].addIceCandidate(candidate); });
      sides[0].createDataChannel("x");
      await sides[0].setLocalDescription();
      await sides[1].setRemoteDescription(sides[0].localDescription);
      await sides[1].setLocalDescription();
      await sides[0].setRemoteDescription(sides[1].localDescription);
      for (let i = 0; i < 50 && sides[0].connectionState !== "connected"; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
      return sides[0].connectionState;
    }"""
    now = datetime.now(UTC)
    page = open_page()
    right, wrong = (
        [
            one.as_json()
            for one in ice_servers("p1", now=now, turn_urls=[turn_server.url], secret=secret, stun_urls=())
        ]
        for secret in (turn_server.secret, "wrong")
    )
    assert page.evaluate(connect, right) == "connected"
    assert page.evaluate(connect, wrong) != "connected"
