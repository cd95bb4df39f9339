/** Waiting between tries: each time longer, never in step with the other browsers. */

const FIRST_MS = 700;
const LONGEST_MS = 20_000;

/**
 * @param {number} failures how many tries failed in a row, at least 1
 * @returns {number} milliseconds: exponential, at most 20 s, of which half is random
 */
export function delayAfter(failures) {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return full / 2 + Math.random() * (full / 2);
}

/** A pause that a wake-up call ends early: the browser is back online, the customer did something. */
export class Pause {
  #wake = null;

  /** @param {number} milliseconds */
  wait(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake?.();
  }
}
