/** What the launcher is doing, in lines with the seconds since the command was given. */

const EVERY_MS = { terminal: 1_000, pipe: 5_000 };
const CLEAR_LINE = '\r\u001b[K';

/**
 * On a terminal the last line shows the steps that last, counting on; elsewhere each of them is repeated as a
 * line of its own from time to time, so that a log shows life too.
 *
 * @param {number} startedAt  milliseconds of the epoch; the second process of a start goes on counting
 */
export function createProgress(startedAt = Date.now(), output = process.stdout) {
  const terminal = output.isTTY === true;
  /** @type {Set<() => string>} */
  const active = new Set();
  const elapsed = () => String(Math.round((Date.now() - startedAt) / 1000)).padStart(3);
  const line = text => `[${elapsed()} с] ${text}`;

  const say = text => output.write(`${terminal ? CLEAR_LINE : ''}${line(text)}\n`);
  const redraw = () => {
    if (!terminal) return;
    const text = active.size > 0 ? line([...active].map(shown => shown()).join(' · ')) : '';
    // A line that breaks could not be cleared.
    output.write(`${CLEAR_LINE}${text.slice(0, (output.columns || 80) - 1)}`);
  };

  return {
    startedAt,
    step(text) {
      say(text);
      redraw();
    },
    /**
     * A step that lasts: shown at once, then again with how far it is.
     * @param {() => string} [detail]  e.g. «143 из 489 пакетов»
     * @returns {() => void} ends it
     */
    lasting(text, detail) {
      const shown = () => (detail ? `${text}: ${detail()}` : text);
      active.add(shown);
      if (terminal) redraw();
      else say(text);
      const timer = setInterval(
        () => (terminal ? redraw() : say(shown())),
        terminal ? EVERY_MS.terminal : EVERY_MS.pipe,
      );
      return () => {
        clearInterval(timer);
        if (!active.delete(shown)) return;
        if (terminal) say(`${text}: готово`);
        redraw();
      };
    },
  };
}
