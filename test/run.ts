// Runs every test. Installs what the browser, camera and MQTT tests need where it may, else says what is missing.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';

interface Need {
  readonly what: string;
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
}

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

installMissing();
process.exitCode = await runTests(process.argv.slice(2));

function installMissing(): void {
  const missing = needs.filter((need) => !need.isThere());
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  const what = missing.map((need) => need.what).join(' and ');
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    say(`The tests with ${what} will be skipped. To run them: sudo apt-get install ${packages.join(' ')}`);
    return;
  }
  say(`Installing ${what} for the tests (${packages.join(', ')})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
      env,
    });
  } catch {
    say(`They could not be installed. The tests with ${what} will be skipped.`);
  }
}

function runTests(patterns: readonly string[]): Promise<number> {
  const files = globSync(patterns.length > 0 ? [...patterns] : ['{src,web,test,bench}/**/*.test.ts'], {
    cwd: root,
  });
  if (files.length === 0) {
    say('No test matches.');
    return Promise.resolve(1);
  }
  const test = spawn(process.execPath, ['--test', ...files.toSorted()], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: '64' },
  });
  return new Promise((resolve) => {
    test.on('exit', (code) => resolve(code ?? 1));
  });
}

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
