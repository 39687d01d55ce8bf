// Starts GStreamer's RTSP server, a server that is not ours, for tests of everything that reads cameras.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface RtspServerOptions {
  /** MP4 files by path, such as `{ '/main': '/tmp/main.mp4', '/sub': '/tmp/sub.mp4' }`. */
  readonly streams: Readonly<Record<string, string>>;
  readonly codec?: 'h264' | 'h265';
  readonly user?: string;
  readonly password?: string;
  readonly method?: 'basic' | 'digest';
  /** After so many seconds nothing more is sent, and the connection stays open. */
  readonly stallAfterSeconds?: number;
  /** SPS and PPS only inside the stream, not in its description. */
  readonly inBand?: boolean;
  /** All clients watch one run of the file; a late one joins between key frames. */
  readonly shared?: boolean;
  /** Sends only by UDP and refuses TCP. */
  readonly udp?: boolean;
}

export interface RtspServer extends AsyncDisposable {
  readonly port: number;
  url(path: string): string;
  stop(): Promise<void>;
}

/** Debian's Python: another one in the PATH lacks the GStreamer bindings. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('rtsp-server.py', import.meta.url));

/** Why RTSP cannot be tested here, or false: what `test(…, { skip })` takes. */
export function rtspServerMissing(): string | false {
  const probe = [
    'import gi',
    "gi.require_version('GstRtspServer', '1.0')",
    'from gi.repository import Gst, GstRtspServer',
    'Gst.init(None)',
    "assert Gst.ElementFactory.find('qtdemux') and Gst.ElementFactory.find('h264parse')",
  ].join('\n');
  const { status } = spawnSync(python, ['-c', probe], { stdio: 'ignore' });
  if (status === 0) return false;
  return (
    'GStreamer is missing. On Debian: apt install python3-gi gir1.2-gst-rtsp-server-1.0 ' +
    'gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad'
  );
}

/** Starts a server on a free port of 127.0.0.1; `stop()` ends it. */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const child = spawn(python, [script, ...flags(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await listening(child);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { port, url: (path) => `rtsp://127.0.0.1:${port}${path}`, stop, [Symbol.asyncDispose]: stop };
}

function flags(options: RtspServerOptions): string[] {
  const result = Object.entries(options.streams).flatMap(([path, file]) => ['--stream', `${path}=${file}`]);
  if (options.codec !== undefined) result.push('--codec', options.codec);
  if (options.user !== undefined) result.push(`--user=${options.user}`);
  if (options.password !== undefined) result.push(`--password=${options.password}`);
  if (options.method !== undefined) result.push('--method', options.method);
  if (options.stallAfterSeconds !== undefined)
    result.push('--stall-after', String(options.stallAfterSeconds));
  if (options.inBand === true) result.push('--in-band');
  if (options.shared === true) result.push('--shared');
  if (options.udp === true) result.push('--udp');
  return result;
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /^port (\d+)$/m.exec(printed)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-2000);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The RTSP server ended with ${code}: ${complaints}`)));
  });
}
