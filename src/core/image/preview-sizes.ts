// How large a preview of an image is; the pages ask by these names.

/** `strip`: one of a hundred in a row; `tile`: one camera of many; `screen`: large, and looked at by itself. */
export const previewSizes = ['strip', 'tile', 'screen'] as const;
export type PreviewSize = (typeof previewSizes)[number];
