// Playlists: nothing lost, nothing shown in the wrong place, every key where a player needs it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs, type RecordingId, type Sha256 } from '../brand.ts';
import type { PlayableFragment } from './footage.ts';
import { fromStart, mediaPlaylist } from './playlist.ts';

const addresses = {
  init: (sha256: string) => `/init/${sha256}`,
  key: (recordingId: string) => `/${recordingId}/key`,
  fragment: (recordingId: string, index: number) => `/${recordingId}/${index}`,
};

interface Part {
  readonly durationsMs: readonly number[];
  /** Time without footage before the recording. */
  readonly holeMs: number;
  readonly init: string;
}

/** Recordings one after the other, cut into fragments. */
function lay(parts: readonly Part[]): PlayableFragment[] {
  let at = Date.UTC(2026, 0, 1);
  return parts.flatMap(({ durationsMs, holeMs, init }, number) => {
    at += holeMs;
    return durationsMs.map((durationMs, index) => {
      const startAt = branded<EpochMs>(at);
      at += durationMs;
      return {
        recordingId: branded<RecordingId>(`r${number}`),
        index,
        startAt,
        durationMs,
        frameCount: 25,
        sizeBytes: 16,
        init: { sha256: branded<Sha256>(init), codec: 'avc1.640028', width: 640, height: 360 },
      };
    });
  });
}

const vod = { kind: 'vod', ...fromStart } as const;

test('two recordings that touch play on: a key each, the header once, no discontinuity', () => {
  const fragments = lay([
    { durationsMs: [2000, 1960], holeMs: 0, init: 'a' },
    { durationsMs: [2000], holeMs: 0, init: 'a' },
  ]);
  const iv = (index: number) => `0x${index.toString(16).padStart(32, '0')}`;
  assert.deepEqual(mediaPlaylist(fragments, addresses, vod).split('\n'), [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:2',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="/init/a"',
    `#EXT-X-KEY:METHOD=AES-128,URI="/r0/key",IV=${iv(0)}`,
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z',
    '#EXTINF:2.00000,',
    '/r0/0',
    `#EXT-X-KEY:METHOD=AES-128,URI="/r0/key",IV=${iv(1)}`,
    '#EXTINF:1.96000,',
    '/r0/1',
    `#EXT-X-KEY:METHOD=AES-128,URI="/r1/key",IV=${iv(0)}`,
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:03.960Z',
    '#EXTINF:2.00000,',
    '/r1/0',
    '#EXT-X-ENDLIST',
    '',
  ]);
});

test('a hole is a discontinuity, one missing frame is not', () => {
  const withHole = (holeMs: number) =>
    mediaPlaylist(
      lay([
        { durationsMs: [1000], holeMs: 0, init: 'a' },
        { durationsMs: [1000], holeMs, init: 'a' },
      ]),
      addresses,
      vod,
    );
  assert.doesNotMatch(withHole(40), /DISCONTINUITY/);
  assert.match(withHole(5000), /#EXT-X-DISCONTINUITY\n/);
  assert.match(withHole(-5000), /#EXT-X-DISCONTINUITY\n/);
});

test('before the header of another stream the key is put aside, for headers lie in the clear', () => {
  const text = mediaPlaylist(
    lay([
      { durationsMs: [1000], holeMs: 0, init: 'a' },
      { durationsMs: [1000], holeMs: 0, init: 'b' },
    ]),
    addresses,
    vod,
  );
  assert.match(
    text,
    /#EXT-X-DISCONTINUITY\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI="\/init\/b"\n#EXT-X-KEY:METHOD=AES/,
  );
});

test('a playlist that grows says that one may wait for more, and a live one counts on', () => {
  const fragments = lay([{ durationsMs: [1040], holeMs: 0, init: 'a' }]);
  const event = mediaPlaylist(fragments, addresses, { kind: 'event', ...fromStart });
  assert.match(event, /PLAYLIST-TYPE:EVENT[\s\S]*CAN-BLOCK-RELOAD=YES[\s\S]*MEDIA-SEQUENCE:0\n/);
  const numbers = { mediaSequence: 7, discontinuitySequence: 3 };
  const live = mediaPlaylist(fragments, addresses, { kind: 'live', ...numbers });
  assert.match(live, /TARGETDURATION:1\n[\s\S]*MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n/);
  assert.doesNotMatch(live, /PLAYLIST-TYPE|ENDLIST/);
});

const part = fc.record({
  durationsMs: fc.array(fc.integer({ min: 100, max: 12_000 }), { minLength: 1, maxLength: 8 }),
  holeMs: fc.constantFrom(0, 20, 5000),
  init: fc.constantFrom('a', 'b'),
});

test('every fragment is played once, in order, decrypted by its own key, and the durations add up', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const fragments = lay(parts);
      const played: string[] = [];
      let totalSeconds = 0;
      let targetSeconds = 0;
      let key = '';
      let header = '';
      for (const line of mediaPlaylist(fragments, addresses, vod).split('\n')) {
        const [, value = ''] = /^#EXT-X-TARGETDURATION:(\d+)|^#EXTINF:([\d.]+)/.exec(line) ?? [];
        if (value !== '') targetSeconds = Number(value);
        const seconds = Number(/^#EXTINF:([\d.]+)/.exec(line)?.[1] ?? 0);
        totalSeconds += seconds;
        assert.ok(Math.round(seconds) <= targetSeconds);
        if (line.startsWith('#EXT-X-KEY')) key = line;
        if (line.startsWith('#EXT-X-MAP')) {
          assert.ok(key === '' || key.includes('METHOD=NONE'));
          header = line;
        }
        if (line === '' || line.startsWith('#')) continue;
        const fragment = fragments[played.length];
        assert.ok(fragment);
        assert.ok(header.includes(`/init/${fragment.init.sha256}"`));
        const iv = fragment.index.toString(16).padStart(32, '0');
        assert.ok(key.includes(`"/${fragment.recordingId}/key",IV=0x${iv}`));
        played.push(line);
      }
      assert.deepEqual(
        played,
        fragments.map(({ recordingId, index }) => `/${recordingId}/${index}`),
      );
      const wantedSeconds = fragments.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
      assert.ok(Math.abs(totalSeconds - wantedSeconds) < 0.001);
    }),
  );
});
