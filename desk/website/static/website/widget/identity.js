/** The site's token for a customer who is logged in there (docs/op-uw-site.md). */

/** The chat does not wait longer for the site: without an answer it is an ordinary chat. */
const PATIENCE_MS = 3000;

/**
 * @param {(() => Promise<string|null>)|null} source
 * @returns {Promise<string|null>} a token, or null when there is none, not in time, or the site's function fails
 */
export async function identityOf(source) {
  if (!source) return null;
  let timer;
  const tooLate = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  try {
    const token = await Promise.race([source(), tooLate]);
    return typeof token === "string" && token ? token : null;
  } catch (error) {
    console.warn("aanspreekpunt-chat: no token from the site", error);
    return null;
  } finally {
    clearTimeout(timer);
  }
}
