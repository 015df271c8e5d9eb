// What somebody meant who wrote a name that there is not.

/** What other clients call it, where the names have nothing in common. */
const ELSEWHERE = { apikey: "token", key: "token", endpoint: "baseUrl", host: "baseUrl", to: "toNumber", phone: "toNumber", phonenumber: "toNumber" };

/** The one of `names` that holds `name`, is held by it, is nearly it, or is called so elsewhere; nothing if there is none. */
export function meant(name, names) {
  const plain = (it) => it.slice(0, 64).replace(/[_-]/g, "").toLowerCase();
  const word = plain(name);
  // A letter in three may be wrong.
  const isNear = (it) => distanceOf(word, it) * 3 <= Math.max(word.length, it.length);
  // A third of it, at least.
  const holds = (it) => (it.includes(word) && word.length * 3 >= it.length) || (word.includes(it) && it.length * 3 >= word.length);
  const elsewhere = (it) => Object.hasOwn(ELSEWHERE, word) && plain(ELSEWHERE[word]) === it;
  for (const is of [elsewhere, holds, isNear]) {
    const found = names.find((it) => is(plain(it)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How many letters one has to change, add or take away. */
function distanceOf(a, b) {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}
