// The entry: what has to be set before anything else of the program is loaded.

import { enableCompileCache } from 'node:module';

// A camera's blocked read holds one thread of libuv's pool per stream, so the pool must exceed the streams (64
// cameras with two streams each) and leave room for files and decoding. libuv reads the size when the pool is first
// used. Idle threads cost only address space.
process.env.UV_THREADPOOL_SIZE ??= '160';
// Types are stripped and code is compiled once, not at every start: recording is back sooner.
enableCompileCache();

const { run } = await import('./program.ts');
process.exitCode = await run(process.argv.slice(2));
