// Rectangles: how much they share and how far apart they are.

import type { Box } from './detection.ts';
import type { Point } from './polygon.ts';

/** Intersection over union, 0 to 1. */
export function overlap(one: Box, other: Box): number {
  const shared = sharedArea(one, other);
  const whole = one.width * one.height + other.width * other.height - shared;
  return whole > 0 ? shared / whole : 0;
}

export function intersects(one: Box, other: Box): boolean {
  return sharedArea(one, other) > 0;
}

export function centre(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Farthest that a foot may lie at the border of the picture, so that an area drawn up to the border has it inside. */
const border = 0.001;

/** Where the object stands: the middle of the lower edge of its box, inside of the picture. */
export function foot({ x, y, width, height }: Box): Point {
  return { x: inside(x + width / 2), y: inside(y + height) };
}

function inside(value: number): number {
  return Math.min(1 - border, Math.max(border, value));
}

function sharedArea(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return width > 0 && height > 0 ? width * height : 0;
}
