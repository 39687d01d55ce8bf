// E-mail addresses of people: one mailbox each, in lower case.

/** One mailbox, nothing that could be read as a second one or as another header (RFC 5321 §4.5.3.1 for lengths). */
const mailbox = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,253}$/u;

/** Whether the text is an address of one mailbox. */
export function isAddress(text: string): boolean {
  return mailbox.test(text);
}

/** The address as accounts have it: in lower case, without space around it. */
export function plainAddress(text: string): string {
  return text.trim().toLowerCase();
}

/** What is behind the at sign, in lower case; null where the text is no address. */
export function domainOf(text: string): string | null {
  const address = plainAddress(text);
  return isAddress(address) ? address.slice(address.indexOf('@') + 1) : null;
}
