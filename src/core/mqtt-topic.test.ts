import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMqttFilter, isMqttTopic, matchesFilter } from './mqtt-topic.ts';

test('filters match as the examples of the standard say (MQTT 5.0, 4.7.1)', () => {
  const player = 'sport/tennis/player1';
  const matches: readonly (readonly [filter: string, topic: string, isMatch: boolean])[] = [
    [`${player}/#`, player, true],
    [`${player}/#`, `${player}/ranking`, true],
    [`${player}/#`, `${player}/score/wimbledon`, true],
    ['sport/#', 'sport', true],
    ['sport/tennis/+', player, true],
    ['sport/tennis/+', `${player}/ranking`, false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
    ['$SYS/#', '$SYS/uptime', true],
    ['a', 'A', false],
  ];
  for (const [filter, topic, isMatch] of matches) {
    assert.equal(matchesFilter(filter, topic), isMatch, `${filter} ${topic}`);
  }
});

test('filters and topics are told from what is neither', () => {
  for (const filter of ['#', '+', 'sport/tennis/#', '+/tennis/#', 'sport/+/player1', '/', 'a b']) {
    assert.ok(isMqttFilter(filter), filter);
  }
  for (const odd of [
    '',
    'sport/tennis#',
    'sport/tennis/#/ranking',
    'sport+',
    'a\nb',
    '\ud800',
    'ü'.repeat(257),
  ]) {
    assert.ok(!isMqttFilter(odd), odd);
    assert.ok(!isMqttTopic(odd), odd);
  }
  assert.ok(isMqttTopic('ü'.repeat(256)));
  assert.ok(!isMqttTopic('a/+'));
});

const level = fc.stringMatching(/^[a-c]{0,2}$/);
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));

test('a topic matches itself, itself with a level blurred, and what is above it', () => {
  fc.assert(
    fc.property(topics, fc.nat(), (topic, chance) => {
      const levels = topic.split('/');
      const at = chance % levels.length;
      assert.ok(matchesFilter(topic, topic));
      assert.ok(matchesFilter(levels.with(at, '+').join('/'), topic));
      assert.ok(matchesFilter([...levels.slice(0, at), '#'].join('/'), topic));
      assert.ok(matchesFilter(`${topic}/#`, topic));
      assert.ok(!matchesFilter(`${topic}/+`, topic));
    }),
  );
});
