// Descriptions as cameras write them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../../core/errors.ts';
import { pictureFormat } from './picture-format.ts';
import { describedVideo } from './sdp.ts';

const base = 'rtsp://10.0.0.2/live';
const describe = (lines: readonly string[], baseUrl = base) =>
  describedVideo(['v=0', 's=x', ...lines].join('\r\n'), baseUrl, 'camera');
const h264 = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'];

test('the video of a Dahua camera is found behind its query, with format and frame rate', () => {
  const lines = [
    'a=control:*',
    'm=audio 0 RTP/AVP 8',
    'a=control:trackID=1',
    'a=rtpmap:8 PCMA/8000',
    'm=video 0 RTP/AVP 96',
    'a=control:trackID=0',
    'a=framerate:25.000000',
    'a=rtpmap:96 H264/90000',
    'a=fmtp:96 packetization-mode=1;profile-level-id=640032;sprop-parameter-sets=Z2QAMqwsaoCgAtabgoCCoAAAAwAgAAAGUIA=,aO4xshs=',
  ];
  const video = describe(lines, 'rtsp://10.0.0.2:554/cam/realmonitor?channel=1&subtype=0');
  assert.equal(video.controlUrl, 'rtsp://10.0.0.2:554/cam/realmonitor?channel=1&subtype=0/trackID=0');
  assert.equal(video.sessionUrl, 'rtsp://10.0.0.2:554/cam/realmonitor?channel=1&subtype=0');
  assert.deepEqual(
    [video.codec, video.payloadType, video.clockRate, video.framesPerSecond],
    ['h264', 96, 90_000, 25],
  );
  const format = pictureFormat('h264', video.parameterSets, 'camera');
  assert.deepEqual([format.width, format.height, format.framesPerSecond], [2560, 1440, 25]);
});

test('control attributes are joined to the base, or stand for themselves', () => {
  const urls = (session: string | null, media: string | null, baseUrl = base) => {
    const before = session === null ? [] : [`a=control:${session}`];
    const after = media === null ? [] : [`a=control:${media}`];
    const { sessionUrl, controlUrl } = describe([...before, ...h264, ...after], baseUrl);
    return [sessionUrl, controlUrl];
  };
  assert.deepEqual(urls('*', 'track1'), [base, `${base}/track1`]);
  assert.deepEqual(urls(null, 'track1', `${base}/`), [`${base}/`, `${base}/track1`]);
  assert.deepEqual(urls('*', '?ctype=video'), [base, `${base}?ctype=video`]);
  assert.deepEqual(urls('*', null), [base, base]);
  assert.deepEqual(urls('*', '*'), [base, base]);
  assert.deepEqual(urls('rtsp://h/all', 'rtsp://h/all/v'), ['rtsp://h/all', 'rtsp://h/all/v']);
  assert.deepEqual(urls('rtsp://h/all/', 'v'), ['rtsp://h/all/', 'rtsp://h/all/v']);
});

test('H.265 is known by both its names, parameter sets also with start codes', () => {
  const video = describe([
    'm=video 0 RTP/AVP 97 98',
    'a=rtpmap:97 JPEG/90000',
    'a=rtpmap:98 HEVC/90000',
    'a=fmtp:98 sprop-vps=AAAAAUABDAH//w==; sprop-sps=QgEBAWAA;sprop-pps=RAHBcrQ=',
  ]);
  assert.deepEqual([video.codec, video.payloadType], ['h265', 98]);
  assert.deepEqual(
    video.parameterSets.map((set) => set[0]),
    [0x40, 0x42, 0x44],
  );
});

test('where there is no video that can be recorded, it is said what there is', () => {
  const says = (lines: readonly string[], words: RegExp) =>
    assert.throws(
      () => describe(lines),
      (error) =>
        error instanceof VedetteError && error.code === 'source-not-video' && words.test(error.message),
    );
  says([], /no stream at all/);
  says(['m=audio 0 RTP/AVP 0'], /no video in this stream/);
  says(['m=video 0 RTP/AVP 26'], /sends JPEG.*Set it to H\.264/);
  says(['m=video 0 RTP/AVP 96', 'a=rtpmap:96 MP4V-ES/90000'], /sends MP4V-ES/);
  says(['m=video 0 RTP/SAVP 96', 'a=rtpmap:96 H264/90000'], /SRTP/);
  says([...h264, 'a=fmtp:96 packetization-mode=2'], /interleaved/);
});
