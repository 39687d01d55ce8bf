// Runs every test that needs no server but small ones. Installs what the browser, camera and MQTT tests need where it
// may, else says what is missing. The suites on real databases, brokers and stores are run by run-servers.ts.

import { existsSync, globSync } from 'node:fs';
import { installMissing, type Need, runs } from './needs.ts';
import { runFiles } from './runner.ts';

const needs: readonly Need[] = [
  { what: 'a browser', packages: ['chromium'], isThere: () => existsSync('/usr/bin/chromium') },
  {
    what: 'an RTSP server that is not ours',
    packages: [
      'python3-gi',
      'gir1.2-gst-rtsp-server-1.0',
      'gstreamer1.0-plugins-base',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-bad',
    ],
    isThere: () => runs('/usr/bin/python3', ['-c', "import gi; gi.require_version('GstRtspServer', '1.0')"]),
  },
  { what: 'an MQTT broker', packages: ['mosquitto'], isThere: () => existsSync('/usr/sbin/mosquitto') },
];

const root = new URL('..', import.meta.url).pathname;
const patterns = process.argv.slice(2);

installMissing(needs);
const files = globSync(patterns.length > 0 ? patterns : ['{src,web,test,bench}/**/*.test.ts'], {
  cwd: root,
  exclude: patterns.length > 0 ? [] : ['**/*.servers.test.ts'],
});
process.exitCode = await runFiles(files, {
  // A test that hangs, as one does that failed and left something open, must not hold up the others for ever.
  options: ['--test-timeout=600000'],
  environment: { UV_THREADPOOL_SIZE: '64' },
});
