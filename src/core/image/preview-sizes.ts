// How large a preview of an image is; the pages ask by these names.

/** `tile`: one of many; `screen`: large, and looked at by itself. */
export const previewSizes = ['tile', 'screen'] as const;
export type PreviewSize = (typeof previewSizes)[number];
