// Scripts for the page: how long it was blocked, and how even its frames come. WebKit tells no page about long tasks.

import type { Driver } from "./driver.js";

/** A timer that comes later than this after the one before shows that the page was blocked for the rest of the time. */
const beatMs = 10;

/** Starts to watch; the answer ends it and gives the longest time in milliseconds that the page was blocked. */
export async function watchBlocking(window: Driver): Promise<() => Promise<number>> {
  await window.run(
    `const probe = { worst: 0, last: performance.now(), timer: 0 };
     const beat = () => {
       const now = performance.now();
       probe.worst = Math.max(probe.worst, now - probe.last - ${beatMs});
       probe.last = now;
       probe.timer = setTimeout(beat, ${beatMs});
     };
     globalThis.blockingProbe = probe;
     probe.timer = setTimeout(beat, ${beatMs});`,
  );
  return () =>
    window.run<number>(
      `const probe = globalThis.blockingProbe;
       clearTimeout(probe.timer);
       return Math.round(Math.max(probe.worst, performance.now() - probe.last - ${beatMs}));`,
    );
}

/** Scrolls what holds this element, by so much in each of so many frames, and waits until that is done. */
export function scroll(window: Driver, selector: string, by: number, frames: number): Promise<void> {
  return window.runUntilDone(
    `const [selector, by, frames, done] = arguments;
     let scroller = document.querySelector(selector);
     while (scroller && getComputedStyle(scroller).overflowY !== "auto") scroller = scroller.parentElement;
     let left = frames;
     const step = () => {
       if (left-- <= 0 || !scroller) return done(scroller ? null : { error: "nothing to scroll" });
       scroller.scrollTop += by;
       requestAnimationFrame(step);
     };
     requestAnimationFrame(step);`,
    selector,
    by,
    frames,
  );
}

/** Watches the frames while an answer that has text is being written. */
export async function watchFrames(
  window: Driver,
): Promise<() => Promise<{ frames: number; late: number; worst: number }>> {
  await window.run(
    `const probe = { frames: 0, late: 0, worst: 0, ended: false };
     globalThis.framesProbe = probe;
     let last = 0;
     const frame = (now) => {
       const text = document.querySelector('article[aria-busy="true"] :is(p, li, pre, td, h3)');
       // The status line is no answer.
       if (text && !text.closest('[role="status"]')) {
         if (last > 0) {
           probe.frames += 1;
           if (now - last > 33.4) probe.late += 1;
           probe.worst = Math.max(probe.worst, Math.round(now - last));
         }
         last = now;
       } else last = 0;
       if (!probe.ended) requestAnimationFrame(frame);
     };
     requestAnimationFrame(frame);`,
  );
  return () => window.run(`const probe = globalThis.framesProbe; probe.ended = true; return probe;`);
}
