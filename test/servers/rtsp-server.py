"""Serves MP4 files as RTSP cameras with GStreamer's server, which is not ours, so that our client is tested on it.

Prints "port N" once it listens on 127.0.0.1. Every path given with --stream is a camera; each client that
connects gets the file from its start, in real time, and the end of the file is the end of the stream, unless
--shared: then all clients watch the same run of it, as they do with a real camera.
"""
import argparse
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ROLE = 'viewer'


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--stream', action='append', required=True, metavar='/PATH=FILE')
    parser.add_argument('--codec', choices=['h264', 'h265'], default='h264')
    parser.add_argument('--user')
    parser.add_argument('--password')
    parser.add_argument('--method', choices=['basic', 'digest'], default='digest')
    parser.add_argument('--stall-after', type=float, metavar='SECONDS', help='then send nothing more, but stay')
    parser.add_argument('--in-band', action='store_true', help='leave SPS and PPS out of the description')
    parser.add_argument('--shared', action='store_true')
    parser.add_argument('--udp', action='store_true', help='refuse TCP')
    return parser.parse_args()


def launch_line(path, codec, in_band):
    source = f'filesrc location="{path}" ! qtdemux ! {codec}parse'
    if in_band:
        bare = 'application/x-rtp,sprop-parameter-sets=(string)""'
        return f'( {source} ! rtp{codec}pay pt=96 config-interval=-1 ! capssetter caps="{bare}" name=pay0 )'
    return f'( {source} ! rtp{codec}pay pt=96 config-interval=-1 name=pay0 )'


def stall_after(seconds):
    def configured(_factory, media):
        def stall():
            pad = media.get_element().get_by_name('pay0').get_static_pad('src')
            pad.add_probe(Gst.PadProbeType.BLOCK_DOWNSTREAM, lambda _pad, _info: Gst.PadProbeReturn.OK)
            return False

        GLib.timeout_add(int(seconds * 1000), stall)

    return configured


def forbid_seeking(_factory, media):
    """As with a real camera: otherwise every client that joins would send all of them back to the start."""

    def answer(_pad, info):
        query = info.get_query()
        if query.type != Gst.QueryType.SEEKING:
            return Gst.PadProbeReturn.OK
        query.set_seeking(Gst.Format.TIME, False, 0, -1)
        return Gst.PadProbeReturn.HANDLED

    pad = media.get_element().get_by_name('pay0').get_static_pad('src')
    pad.add_probe(Gst.PadProbeType.QUERY_UPSTREAM, answer)


def require_password(server, user, password, method):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string('media.factory.role', ROLE)
    if method == 'digest':
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)


def permissions():
    allowed = GstRtspServer.RTSPPermissions()
    allowed.add_permission_for_role(ROLE, 'media.factory.access', True)
    allowed.add_permission_for_role(ROLE, 'media.factory.construct', True)
    return allowed


def main():
    options = arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address('127.0.0.1')
    server.set_service('0')
    for stream in options.stream:
        path, file = stream.split('=', 1)
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(launch_line(file, options.codec, options.in_band))
        factory.set_shared(options.shared)
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP if options.udp else GstRtsp.RTSPLowerTrans.TCP)
        if options.shared:
            factory.connect('media-configure', forbid_seeking)
        if options.stall_after is not None:
            factory.connect('media-configure', stall_after(options.stall_after))
        if options.user is not None:
            factory.set_permissions(permissions())
        server.get_mount_points().add_factory(path, factory)
    if options.user is not None:
        require_password(server, options.user, options.password or '', options.method)
    if server.attach(None) == 0:
        sys.exit('could not listen')
    print(f'port {server.get_bound_port()}', flush=True)
    loop = GLib.MainLoop()
    # Whoever started this holds the other end of stdin: when it dies, however, this ends too.
    GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    loop.run()


main()
