/** What the launcher is doing, in lines with the seconds since the command was given. */

const EVERY_MS = { terminal: 1_000, pipe: 5_000 };

/**
 * @param {number} startedAt  milliseconds of the epoch; the second process of a start goes on counting
 */
export function createProgress(startedAt = Date.now(), output = process.stdout) {
  const elapsed = () => String(Math.round((Date.now() - startedAt) / 1000)).padStart(3);
  const line = text => `[${elapsed()} с] ${text}`;
  return {
    startedAt,
    step(text) {
      output.write(`${line(text)}\n`);
    },
    /**
     * A step that lasts: shown at once, then again with how far it is.
     * @param {() => string} [detail]  e.g. «143 из 489 пакетов»
     * @returns {() => void} ends it
     */
    lasting(text, detail) {
      const terminal = output.isTTY === true;
      const shown = () => line(detail ? `${text}: ${detail()}` : text);
      output.write(terminal ? shown() : `${line(text)}\n`);
      const timer = setInterval(
        () => output.write(terminal ? `\r\u001b[K${shown()}` : `${shown()}\n`),
        terminal ? EVERY_MS.terminal : EVERY_MS.pipe,
      );
      return () => {
        clearInterval(timer);
        if (terminal) output.write(`\r\u001b[K${shown()}\n`);
      };
    },
  };
}
