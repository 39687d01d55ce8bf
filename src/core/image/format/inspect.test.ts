import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytes, chunk, exif, png, segment, smallJpeg, smallWebp } from '../../../../test/houses/stills.ts';
import { imageMediaTypes } from '../pushed-image.ts';
import { hasTrailingData, inspect, type Layout } from './inspect.ts';
import { unpacksTooFar } from './png.ts';

const text = (words: string) => new TextEncoder().encode(words);

function layoutOf(image: Uint8Array, mediaType: (typeof imageMediaTypes)[number]): Layout {
  const inspected = inspect(image, mediaType);
  assert.ok(inspected.ok, inspected.ok ? '' : inspected.fault);
  return inspected.layout;
}

function faultOf(image: Uint8Array, mediaType: (typeof imageMediaTypes)[number]): string {
  const inspected = inspect(image, mediaType);
  return inspected.ok ? 'none' : inspected.fault;
}

test('each kind of image says its size and where it ends', () => {
  const images = [
    [smallJpeg(), 'image/jpeg', 8, 8],
    [png(5, 7), 'image/png', 5, 7],
    [smallWebp, 'image/webp', 1, 1],
  ] as const;
  for (const [image, mediaType, width, height] of images) {
    const layout = layoutOf(image, mediaType);
    assert.deepEqual([layout.width, layout.height, layout.endAt], [width, height, image.length]);
    assert.deepEqual(layout.clean, image, 'nothing in it to be taken away');
  }
});

test('a page, an empty file and another kind than is said are no images', () => {
  for (const mediaType of imageMediaTypes) {
    assert.equal(faultOf(text('<html><script>alert(1)</script>'), mediaType), 'not-an-image');
    assert.equal(faultOf(new Uint8Array(), mediaType), 'not-an-image');
  }
  assert.equal(faultOf(smallJpeg(), 'image/png'), 'wrong-type');
});

test('an image that is cut off anywhere is never whole', () => {
  for (const [image, mediaType] of [
    [smallJpeg([exif(6)]), 'image/jpeg'],
    [png(3, 3), 'image/png'],
    [smallWebp, 'image/webp'],
  ] as const) {
    for (let length = 0; length < image.length; length += 1)
      assert.notEqual(faultOf(image.subarray(0, length), mediaType), 'none', `${mediaType} at ${length}`);
  }
});

test('what follows the end of an image shows, but for zeros that cameras pad with', () => {
  const layout = layoutOf(bytes(smallJpeg(), text('PK\x03\x04')), 'image/jpeg');
  assert.equal(hasTrailingData(bytes(smallJpeg(), text('PK\x03\x04')), layout), true);
  assert.equal(hasTrailingData(bytes(smallJpeg(), [0, 0, 0]), layout), false);
  assert.deepEqual(layout.clean, smallJpeg());
});

test('the names of cameras, places, comments and texts are taken away; which way is up stays', () => {
  const jpeg = smallJpeg([exif(6), segment(0xfe, text('secret comment')), segment(0xed, text('Photoshop'))]);
  const clean = layoutOf(jpeg, 'image/jpeg').clean;
  const words = String.fromCharCode(...clean);
  for (const word of ['GPS', 'Cam', 'secret', 'Photoshop']) assert.ok(!words.includes(word), word);
  // What is left of EXIF says 6, and taking it away again changes nothing.
  assert.ok(words.includes('Exif'));
  assert.deepEqual(layoutOf(clean, 'image/jpeg').clean, clean);
  const upright = layoutOf(smallJpeg([exif(1)]), 'image/jpeg').clean;
  assert.deepEqual(upright, smallJpeg());
  const noted = png(2, 2, { chunks: [chunk('tEXt', text('Author\0Ada')), chunk('eXIf', text('GPS'))] });
  assert.deepEqual(layoutOf(noted, 'image/png').clean, png(2, 2));
});

test('a picture of more than 64 megapixels is refused by what it says, before anything is decoded', () => {
  assert.equal(
    faultOf(png(1, 1, { claims: { width: 8_001, height: 8_000 } }), 'image/png'),
    'too-many-pixels',
  );
  const claims = { width: 0xffff_ffff, height: 0xffff_ffff };
  assert.equal(faultOf(png(1, 1, { claims }), 'image/png'), 'too-many-pixels');
});

test('a second size, an animation and a size of nothing are refused', () => {
  const frame = [0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0];
  assert.equal(faultOf(smallJpeg([bytes(frame)]), 'image/jpeg'), 'damaged');
  assert.equal(faultOf(png(1, 1, { chunks: [chunk('acTL', new Uint8Array(8))] }), 'image/png'), 'animated');
  assert.equal(faultOf(png(1, 1, { claims: { width: 0, height: 1 } }), 'image/png'), 'damaged');
});

test('whatever the bytes are, they are judged and nothing is thrown', () => {
  const beginnings = [smallJpeg(), png(4, 4), smallWebp, new Uint8Array()];
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...imageMediaTypes),
      (beginning, changes, ending, mediaType) => {
        const image = bytes(beginning, ending);
        for (const [at, byte] of changes) if (image.length > 0) image[at % image.length] = byte;
        const inspected = inspect(image, mediaType);
        if (!inspected.ok) return;
        const { layout } = inspected;
        assert.ok(layout.endAt <= image.length && layout.width > 0 && layout.height > 0);
        // What was cleaned is an image of the same size, with nothing left to be taken away.
        const again = layoutOf(layout.clean, mediaType);
        assert.deepEqual([again.width, again.height], [layout.width, layout.height]);
        assert.deepEqual(again.clean, layout.clean);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a PNG whose data unpack to more than its picture is told, however small it says that it is', async () => {
  assert.equal(await unpacksTooFar(png(640, 360)), false);
  const small = { width: 8, height: 8 };
  assert.equal(await unpacksTooFar(png(2_000, 2_000, { claims: small })), true);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      async (width, height) => {
        assert.equal(await unpacksTooFar(png(width, height)), false);
      },
    ),
    { numRuns: 30 },
  );
  // Damaged data are the decoder's to judge.
  const broken = png(640, 360);
  broken.fill(0xff, 60, 80);
  assert.equal(await unpacksTooFar(broken), false);
});

test('a JPEG of more scans than any encoder writes is none, for each is a way through the whole picture', () => {
  const scan = bytes([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0b00111111]);
  const scans = (count: number) => Array.from({ length: count }, () => scan);
  const [head, end] = [smallJpeg().subarray(0, -2), smallJpeg().subarray(-2)];
  assert.equal(faultOf(bytes(head, ...scans(12), end), 'image/jpeg'), 'none');
  assert.equal(faultOf(bytes(head, ...scans(100), end), 'image/jpeg'), 'damaged');
});

test('what decoding takes is known before: by the depth of a PNG, the colours of a JPEG, the kind of a WebP', () => {
  const deep = (depth: number, colour: number, ...chunks: Uint8Array[]) => {
    const image = png(10, 10, { chunks });
    image.set([depth, colour], 24);
    return layoutOf(image, 'image/png').decodedBytes;
  };
  assert.deepEqual([deep(8, 6), deep(16, 6), deep(1, 0), deep(8, 3)], [400, 800, 100, 100]);
  assert.deepEqual([deep(8, 2), deep(16, 2), deep(16, 2, chunk('tRNS', new Uint8Array(6)))], [300, 600, 800]);
  const head = smallJpeg();
  const at = head.findIndex((byte, index) => byte === 0xff && head[index + 1] === 0xc0);
  const jpeg = (marker: number, precision: number, ...factors: number[]) => {
    const components = factors.flatMap((each, index) => [index + 1, each, 0]);
    const frame = segment(marker, [precision, 0, 10, 0, 10, factors.length, ...components]);
    return layoutOf(bytes(head.subarray(0, at), frame, head.subarray(at + 13)), 'image/jpeg').decodedBytes;
  };
  // As cameras code it, with all colours, and as nobody does: 1.5, 3 and 3 samples a pixel.
  assert.deepEqual(
    [jpeg(0xc0, 8, 0x22, 0x11, 0x11), jpeg(0xc0, 8, 0x11, 0x11, 0x11), jpeg(0xc0, 8, 0x11, 0x22, 0x22)],
    [150, 300, 300],
  );
  // Gathered first, and then made: two bytes more for each sample.
  assert.deepEqual([jpeg(0xc2, 8, 0x22, 0x11, 0x11), jpeg(0xc2, 8, 0x11, 0x11, 0x11, 0x11)], [450, 1200]);
  assert.equal(jpeg(0xc3, 16, 0x11, 0x11, 0x11), 600);
  assert.equal(layoutOf(smallWebp, 'image/webp').decodedBytes, 1.5);
});

test('a picture within 64 megapixels that takes more than 320 MB decoded is refused', () => {
  const image = png(1, 1, { claims: { width: 8_000, height: 8_000 } });
  image.set([16, 6], 24);
  assert.equal(faultOf(image, 'image/png'), 'too-many-pixels');
  image.set([8, 6], 24);
  assert.equal(faultOf(image, 'image/png'), 'none');
});

test('a frame of JPEG-LS in a JPEG is refused: it would be another picture than the one that was checked', () => {
  const frame = segment(0xf7, [8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0]);
  assert.equal(faultOf(smallJpeg([frame]), 'image/jpeg'), 'damaged');
});
