// The processes of an installation whose roles run apart: killed by chance, and each started again at once, as whoever
// keeps them running does.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../servers/vedette.ts';

export interface Post {
  readonly name: string;
  readonly roles: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Crew extends AsyncDisposable {
  readonly size: number;
  /** SIGKILL to one of them, and a new one in its place. Returns its name. */
  kill(index: number): Promise<string>;
  /** SIGTERM to all. Returns those that did not end well. */
  stop(): Promise<readonly string[]>;
}

/** Starts them; nobody waits until they answer. What they write goes to files in `folder`. */
export function startCrew(posts: readonly Post[], folder: string): Crew {
  const children = posts.map((post) => launch(post, folder));
  return {
    size: posts.length,
    async kill(index) {
      const [post, child] = [posts[index], children[index]];
      if (post === undefined || child === undefined) throw new Error(`There is no process ${index}.`);
      await end(child, 'SIGKILL');
      children[index] = launch(post, folder);
      return post.name;
    },
    async stop() {
      const ends = posts.map(async ({ name }, index) => {
        const child = children[index];
        return { name, code: child === undefined ? null : await end(child, 'SIGTERM') };
      });
      const bad = (await Promise.all(ends)).filter(({ code }) => code !== 0);
      return bad.map(({ name, code }) => `${name} ended with ${code ?? 'a signal'}`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map((child) => end(child, 'SIGKILL')));
    },
  };
}

function launch({ name, roles, environment }: Post, folder: string): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'a');
  try {
    return spawn(process.execPath, [program, 'serve', '--roles', roles], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...environment },
    });
  } finally {
    closeSync(log);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}
