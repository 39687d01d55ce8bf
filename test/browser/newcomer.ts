// What a newcomer does, step by step, with the words that the pages show.

import type { Page } from 'playwright-core';
import { administrator } from '../servers/vedette.ts';

/** Follows the setup link to the overview, with the demo camera. */
export async function setUpThroughPages(page: Page, setupUrl: string): Promise<void> {
  await page.goto(setupUrl);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name of the household or company').fill('Lovelace family');
  await page.getByLabel('First site').fill('Home');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Start watching' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

export async function armAway(page: Page): Promise<void> {
  const away = page.getByRole('radio', { name: 'Armed, away' });
  // The switch draws its own face over the radio button that assistive technology sees.
  await away.click({ force: true });
  await page.waitForFunction(() => document.querySelector('[data-arming="armed-away"]') !== null);
}

/** Resolves when the video on the page has played at least `seconds` of moving picture. */
export async function plays(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((wanted) => {
    const video = document.querySelector('video');
    if (video === null || video.videoWidth === 0) return false;
    let played = 0;
    for (let index = 0; index < video.played.length; index += 1) {
      played += video.played.end(index) - video.played.start(index);
    }
    return played >= wanted;
  }, seconds);
}
