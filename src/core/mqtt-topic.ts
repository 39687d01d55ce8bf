// Topics and filters of MQTT (OASIS MQTT 5.0, section 4.7).

/** Bytes of a topic or a filter: the standard allows 65 535, no broker needs them. */
export const maxMqttTopicBytes = 512;

/** Whether a message can be published there: no wildcards, no control characters, not empty, not too long. */
export function isMqttTopic(text: string): boolean {
  return isPlain(text) && !/[+#]/.test(text);
}

/** Whether this can be subscribed to: `+` fills one level, `#` what is left of them. */
export function isMqttFilter(text: string): boolean {
  if (!isPlain(text)) return false;
  const levels = text.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1;
    return level === '+' || !/[+#]/.test(level);
  });
}

/** Whether a message on `topic` is for who subscribed to `filter`. Wildcards at the front leave `$SYS` and its like out. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [index, level] of wanted.entries()) {
    // "a/#" is also for "a" itself.
    if (level === '#') return levels.length >= index;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

function isPlain(text: string): boolean {
  if (text === '' || /[\p{Cc}\p{Cs}]/u.test(text)) return false;
  return new TextEncoder().encode(text).length <= maxMqttTopicBytes;
}
