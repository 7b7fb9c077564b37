import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds on the page as it stands: one line a finding. Target sizes are measured by `smallTargets`. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { readonly axe: typeof axe };
    const { violations } = await inPage.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.split('\n')[1]}`),
    );
  });
}

/** Resolves when no colour changes any more. A child that inherits a colour changes after its parent, so a few frames must be still. */
export function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise(resolve => requestAnimationFrame(resolve));
    for (let still = 0; still < 5; still++) {
      await frame();
      if (document.getAnimations().some(animation => animation instanceof CSSTransition)) still = 0;
    }
  });
}

/** Counts layout shifts from the start of every page that is loaded from now on. */
export async function countLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counted = globalThis as unknown as { layoutShift: number };
    counted.layoutShift = 0;
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) counted.layoutShift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The sum of all layout shifts since the page was loaded, without those that follow an input. */
export const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { readonly layoutShift: number }).layoutShift);

/**
 * Interactive elements that WCAG 2.5.8 calls too small: less than 24 px wide or high, not a link within a text, and so
 * near to another target that circles of 24 px would touch it.
 */
export function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const LEAST_PX = 24;
    const TARGETS =
      'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [role^="menuitem"], [tabindex="0"]';
    const visible = (element: Element): boolean =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      !element.closest('.sr-only, [inert], [aria-hidden="true"]');
    const inText = (element: Element): boolean =>
      getComputedStyle(element).display === 'inline' &&
      (element.parentElement?.textContent ?? '').trim().length > (element.textContent ?? '').trim().length;
    const targets = [...document.querySelectorAll(TARGETS)].filter(visible).map(element => {
      const box = element.getBoundingClientRect();
      const small = box.width < LEAST_PX - 0.01 || box.height < LEAST_PX - 0.01;
      return { element, box, small, x: box.left + box.width / 2, y: box.top + box.height / 2 };
    });
    type Target = (typeof targets)[number];
    const near = (one: Target, other: Target): boolean => {
      if (other.small) return Math.hypot(one.x - other.x, one.y - other.y) < LEAST_PX;
      const dx = Math.max(other.box.left - one.x, 0, one.x - other.box.right);
      const dy = Math.max(other.box.top - one.y, 0, one.y - other.box.bottom);
      return Math.hypot(dx, dy) < LEAST_PX / 2;
    };
    return targets
      .filter(one => one.small && one.box.width > 0 && !inText(one.element))
      .filter(one => targets.some(other => other !== one && near(one, other)))
      .map(
        ({ element, box }) =>
          `${Math.round(box.width)} x ${Math.round(box.height)}: ${element.outerHTML.slice(0, 140)}`,
      );
  });
}
