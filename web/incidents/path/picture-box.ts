// Where the picture lies in its frame: as large as fits, in the middle (object-fit: contain). Pure.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PictureBox extends Size {
  readonly left: number;
  readonly top: number;
}

/** In px of the frame; null where one of them has no size yet. */
export function pictureBox(frame: Size, picture: Size): PictureBox | null {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  if (!Number.isFinite(scale) || scale <= 0) return null;
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { width, height, left: (frame.width - width) / 2, top: (frame.height - height) / 2 };
}
