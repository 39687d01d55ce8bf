// Mails: an alert as plain text, and the same as HTML with the picture inside; a letter as plain text.

import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Letter } from '../../core/ports/mailer.ts';
import type { OutgoingAlert } from '../../core/ports/notifier.ts';

const pictureId = 'picture@vedette';

/**
 * The mail for one recipient. Nothing an alert says can become a header or a second recipient: addresses are
 * given as objects, line breaks and other control characters are taken out of the subject.
 */
export function mailOf(
  alert: OutgoingAlert,
  { from, to, messageId }: { from: string; to: string; messageId: string },
): SendMailOptions {
  const subject = oneLine(alert.title);
  return {
    from,
    to: [{ name: '', address: oneLine(to) }],
    messageId,
    subject,
    text: `${alert.text}\n\n${alert.url}\n`,
    html: htmlOf(alert, subject),
    priority: 'high',
    headers: {
      // RFC 3834: vacation replies and the like stay quiet.
      'Auto-Submitted': 'auto-generated',
    },
    attachments:
      alert.snapshot === null
        ? []
        : [
            {
              filename: 'picture.jpg',
              contentType: alert.snapshot.mediaType,
              content: Buffer.from(alert.snapshot.bytes),
              contentDisposition: 'inline',
              cid: pictureId,
            },
          ],
  };
}

/** A letter as a mail: plain text only, so that a link shows where it leads. The same care as with alerts. */
export function letterOf(letter: Letter, from: string): SendMailOptions {
  const { to, subject, text, id, replyTo, attachments = [] } = letter;
  return {
    from,
    ...(id === undefined ? {} : { messageId: messageIdOf(id, from) }),
    ...(replyTo === undefined ? {} : { replyTo: [{ name: '', address: oneLine(replyTo) }] }),
    attachments: attachments.map(({ fileName, mediaType, bytes }) => ({
      filename: oneLine(fileName),
      contentType: mediaType,
      // A view, not a copy: files of evidence are large.
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    })),
    to: [{ name: '', address: oneLine(to) }],
    subject: oneLine(subject),
    text,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** The same for every attempt (RFC 5322 §3.6.4), so that a mail that arrives twice is seen to be one. */
export function messageIdOf(id: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'vedette.invalid';
  const isPlain = /^[A-Za-z0-9-]{1,64}$/.test(id);
  const left = isPlain ? id : createHash('sha256').update(id).digest('hex');
  return `<${left}@${domain}>`;
}

function htmlOf(alert: OutgoingAlert, title: string): string {
  const picture =
    alert.snapshot === null
      ? ''
      : `<p><img src="cid:${pictureId}" alt="What the camera saw" width="560" style="max-width:100%;height:auto;border-radius:8px"></p>`;
  return [
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title></head>`,
    '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;margin:0;padding:24px">',
    `<h1 style="font-size:20px;margin:0 0 8px">${escaped(title)}</h1>`,
    `<p style="margin:0 0 16px;white-space:pre-line">${escaped(alert.text)}</p>${picture}`,
    `<p><a href="${escaped(alert.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;`,
    `background:#1f5eff;color:#fff;text-decoration:none">Open</a></p>`,
    `<p style="font-size:13px;color:#666">${escaped(alert.url)}</p></body></html>`,
  ].join('');
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
