import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { branded } from '../brand.ts';
import {
  crc32,
  type JournalEntry,
  type JournalHeader,
  journalEntryLine,
  journalHeaderLine,
  readJournal,
} from './journal.ts';

const owner = {
  organizationId: branded<JournalHeader['organizationId']>('o'),
  siteId: branded<JournalHeader['siteId']>('s'),
  cameraId: branded<JournalHeader['cameraId']>('c'),
};
const header: JournalHeader = {
  ...owner,
  id: branded('01a20128-8186-7ade-bad3-0cd79926d293'),
  startAt: branded(1_767_225_600_000),
  startTicks: 1_767_225_600_000 * 90,
  blobKey: 'footage/o/c/2026-01-01/r.cmfv',
  wrappedKey: { epoch: 1, ciphertext: 'abc_-' },
  clock: { state: 'synchronized', offsetMs: -12.5 },
  init: {
    sha256: branded('ab'.repeat(32)),
    bytes: new Uint8Array([0, 255, 10, 13]),
    codec: 'avc1.640028',
    width: 1920,
    height: 1080,
    timescale: 90_000,
  },
  gaps: [{ id: branded('g'), ...owner, startAt: branded(1), endAt: branded(2), cause: 'recorder-crashed' }],
};
const entries: JournalEntry[] = [0, 1, 2].map((index) => ({
  index,
  offsetBytes: index * 1000,
  offsetTicks: index * 90_000,
  sizeBytes: 1000,
  durationTicks: 90_000,
  frameCount: 25,
  sha256: branded(`${index}`.repeat(64)),
}));
const bytes = Buffer.concat([journalHeaderLine(header), ...entries.map(journalEntryLine)]);

test('a journal is read back as it was written', () => {
  assert.deepEqual(readJournal(bytes), { header, entries });
});

test('a torn last line is cut and the rest survives', () => {
  for (let length = 0; length <= bytes.length; length += 1) {
    const { header: found, entries: whole } = readJournal(bytes.subarray(0, length));
    const lines = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
    assert.deepEqual(found, lines > 0 ? header : null);
    assert.deepEqual(whole, entries.slice(0, Math.max(0, lines - 1)));
  }
});

test('damage costs the line it is in and no other, and nothing false is ever read', () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ difference;
      const read = readJournal(damaged);
      if (read.header !== null) assert.deepEqual(read.header, header);
      for (const entry of read.entries) assert.deepEqual(entry, entries[entry.index]);
      const line = bytes.subarray(0, at).toString('latin1').split('\n').length - 1;
      // A damaged line end joins two lines.
      const lost = bytes[at] === 0x0a ? 2 : 1;
      if (line > 0) assert.ok(read.entries.length >= entries.length - lost);
    }),
  );
});

test('any bytes at all can be read', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => void readJournal(any)));
  assert.deepEqual(readJournal(new TextEncoder().encode('00000000 {}\n')), { header: null, entries: [] });
});

test('the checksum is the one of zlib', () => {
  fc.assert(fc.property(fc.uint8Array(), (any) => assert.equal(crc32(any), zlibCrc32(any))));
  assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcb_f4_39_26);
});
