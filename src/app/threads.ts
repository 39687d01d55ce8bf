// Imported before everything else: libuv reads the size of its thread pool when it is first used.

// A camera's blocked read holds one thread of the pool per stream, so the pool must exceed the streams
// (64 cameras with two streams each) and leave room for files and decoding. Idle threads cost only address space.
process.env.UV_THREADPOOL_SIZE ??= '160';
