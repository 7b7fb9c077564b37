"""
Cameras played by GStreamer's RTSP server, for trials. Every picture carries its number twice, as black and white cells
at its top and at its bottom; a torn picture shows two numbers.

  rtsp-server.py encode --picture FILE --out FILE --size WxH --fps N --pictures N [--still]
  rtsp-server.py serve --port N --fps N --clips FILE,FILE --cameras N [--first N] [--still N]

`serve` has the cameras /FIRST, /FIRST+1 ... Each plays picture floor(clock / interval) + camera * N of its clip, a second
more than the one before it, so a picture's number tells when it was shown. All cameras play the first clip; a line
`clip CAMERA NUMBER` on standard input changes that. The last --still cameras play the last clip. Lines on standard output: `ready`, and every 10 s `late P95 MAX`, the delay of sending in ms.
"""
import argparse
import struct
import sys
import threading
import time

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstApp, GstRtspServer  # noqa: E402, F401

# the cells of a strip: white, black, 16 bits of the number, 8 bits of its check sum
CELLS = 26
STRIP_SHARE = 15


def check_sum(number):
    return (number * 167 + (number >> 8) * 59 + 90) & 0xFF


def cells(number):
    bits = (number << 8) | check_sum(number)
    return [1, 0] + [(bits >> (23 - i)) & 1 for i in range(24)]


def strip_row(number, width):
    edges = [round(i * width / CELLS) for i in range(CELLS + 1)]
    return b''.join((b'\xeb' if bit else b'\x10') * (edges[i + 1] - edges[i]) for i, bit in enumerate(cells(number)))


def draw(background, width, height, number, moves):
    """I420 bytes of a picture: the background, a square that moves with the number, and the two strips."""
    picture = bytearray(background)
    if moves:
        side = height // 5
        left = (number * 13) % (width - side)
        top = height // 3 + (number * 5) % (height // 3)
        for y in range(top, top + side):
            picture[y * width + left:y * width + left + side] = b'\xd0' * side
    rows = height // STRIP_SHARE
    strip = strip_row(number, width) * rows
    picture[:len(strip)] = strip
    picture[(height - rows) * width:height * width] = strip
    grey = b'\x80' * (width // 2 * (rows // 2 + 1))
    for plane in (width * height, width * height * 5 // 4):
        end = plane + width * height // 4
        picture[plane:plane + len(grey)] = grey
        picture[end - len(grey):end] = grey
    return bytes(picture)


def pull(line, sink):
    """The buffers that a pipeline gives, as bytes with a key frame flag."""
    pipeline = Gst.parse_launch(line)
    pipeline.set_state(Gst.State.PLAYING)
    while True:
        sample = pipeline.get_by_name(sink).emit('pull-sample')
        if sample is None:
            pipeline.set_state(Gst.State.NULL)
            return
        buffer = sample.get_buffer()
        yield buffer.extract_dup(0, buffer.get_size())


def encode(options):
    width, height = (int(side) for side in options.size.split('x'))
    raw = f'video/x-raw,format=I420,width={width},height={height}'
    source = f'filesrc location="{options.picture}" ! jpegdec ! videoconvert ! videoscale ! {raw}'
    background = next(pull(f'{source} ! appsink name=sink', 'sink'))
    pipeline = Gst.parse_launch(
        f'appsrc name=source format=time caps="{raw},framerate={options.fps}/1" ! '
        f'openh264enc gop-size={options.fps} bitrate=700000 max-bitrate=900000 complexity=low '
        'scene-change-detection=false multi-thread=1 ! '
        'h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false')
    source, sink = pipeline.get_by_name('source'), pipeline.get_by_name('sink')
    source.set_property('max-bytes', 4 * width * height)
    source.set_property('block', True)
    pipeline.set_state(Gst.State.PLAYING)

    def feed():
        for number in range(options.pictures):
            shown = draw(background, width, height, 0 if options.still else number, not options.still)
            buffer = Gst.Buffer.new_wrapped(shown)
            buffer.pts = number * Gst.SECOND // options.fps
            buffer.duration = Gst.SECOND // options.fps
            source.emit('push-buffer', buffer)
        source.emit('end-of-stream')

    threading.Thread(target=feed, daemon=True).start()
    with open(options.out, 'wb') as out:
        count = 0
        while (sample := sink.emit('pull-sample')) is not None:
            buffer = sample.get_buffer()
            key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
            data = buffer.extract_dup(0, buffer.get_size())
            out.write(struct.pack('>IB', len(data), key) + data)
            count += 1
    if count != options.pictures:
        sys.exit(f'{options.pictures} pictures were drawn, {count} came out of the encoder')


def read_clip(path):
    with open(path, 'rb') as file:
        data = file.read()
    units, at = [], 0
    while at < len(data):
        size, key = struct.unpack_from('>IB', data, at)
        units.append((bool(key), data[at + 5:at + 5 + size]))
        at += 5 + size
    return units


class Camera(GstRtspServer.RTSPMediaFactory):
    """One mount point: while someone reads it, it plays its clip by the clock."""

    def __init__(self, fps, clip, shift):
        super().__init__()
        self.fps, self.clip, self.next_clip, self.shift = fps, clip, clip, shift
        self.source, self.sent = None, 0
        self.set_shared(True)
        self.set_latency(0)

    def do_create_element(self, url):
        return Gst.parse_launch(
            'appsrc name=source is-live=true format=time '
            f'caps="video/x-h264,stream-format=byte-stream,alignment=au,framerate={self.fps}/1" ! '
            'h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96')

    def do_configure(self, media):
        media.set_reusable(False)
        media.connect('unprepared', self.stopped)
        self.source, self.sent = media.get_element().get_by_name('source'), 0

    def stopped(self, media):
        self.source = None

    def tick(self, number):
        if self.source is None:
            return
        place = (number + self.shift) % len(self.clip)
        key = self.clip[place][0]
        if key and self.next_clip is not self.clip:
            self.clip = self.next_clip
        if self.sent == 0 and not key:
            return
        if self.sent == 0:
            self.first = number
            clock = self.source.get_clock() or Gst.SystemClock.obtain()
            self.base = max(0, clock.get_time() - self.source.get_base_time())
        buffer = Gst.Buffer.new_wrapped(self.clip[place][1])
        buffer.pts = self.base + (number - self.first) * Gst.SECOND // self.fps
        buffer.duration = Gst.SECOND // self.fps
        if not key:
            buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
        self.sent += 1
        self.source.emit('push-buffer', buffer)


def serve(options):
    clips = [read_clip(path) for path in options.clips.split(',')]
    server = GstRtspServer.RTSPServer(address='127.0.0.1', service=str(options.port))
    cameras = {}
    for index in range(options.first, options.first + options.cameras):
        still = index >= options.first + options.cameras - options.still
        camera = Camera(options.fps, clips[-1 if still else 0], index * options.fps)
        server.get_mount_points().add_factory(f'/{index}', camera)
        cameras[index] = camera
    if server.attach(None) == 0:
        sys.exit(f'port {options.port} is taken')
    late = []

    def tick():
        now = time.time()
        number = int(now * options.fps)
        for camera in cameras.values():
            camera.tick(number)
        late.append((time.time() - number / options.fps) * 1000)
        if len(late) >= 10 * options.fps:
            late.sort()
            print(f'late {late[len(late) * 95 // 100]:.1f} {late[-1]:.1f}', flush=True)
            late.clear()
        wait = (number + 1) / options.fps - time.time()
        GLib.timeout_add(max(0, int(wait * 1000) + 1), tick)
        return False

    def command(channel, condition):
        words = sys.stdin.readline().split()
        if not words:
            loop.quit()
            return False
        cameras[int(words[1])].next_clip = clips[int(words[2])]
        return True

    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, command)
    tick()
    print('ready', flush=True)
    loop.run()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['encode', 'serve'])
    for name in ('picture', 'out', 'size', 'clips'):
        parser.add_argument(f'--{name}')
    for name in ('fps', 'pictures', 'port', 'cameras'):
        parser.add_argument(f'--{name}', type=int)
    parser.add_argument('--first', type=int, default=0)
    parser.add_argument('--still', nargs='?', type=int, const=1, default=0)
    options = parser.parse_args()
    Gst.init(None)
    {'encode': encode, 'serve': serve}[options.task](options)


main()
