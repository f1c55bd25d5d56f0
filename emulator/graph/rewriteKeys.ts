/**
 * Turns keys in parentheses into path segments, because the router knows only segments:
 * `users('a@b.c')` → `users/a@b.c`, `devices(deviceId='x')` → `devices/deviceId=x`.
 */
export function rewriteKeys(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  const query = end < 0 ? '' : url.slice(end);
  const rewritten = path.replace(
    /([A-Za-z_]\w*)\((?:(\w+)=)?(?:'|%27)((?:[^'/]|'')*?)(?:'|%27)\)/g,
    (_all, name, key, value) => {
      const text = String(value).replaceAll("''", "'").replaceAll('%27%27', "'");
      return `${String(name)}/${key === undefined ? '' : `${String(key)}=`}${text}`;
    },
  );
  return rewritten + query;
}
