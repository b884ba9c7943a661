/** Query strings as the API reads them. */

export type QueryValue = string | number | boolean | null | undefined | readonly QueryValue[] | { readonly [operator: string]: QueryValue };

/** Lists are comma-separated, conditions stand in brackets: `{amount: {gte: "1000"}}` is `amount[gte]=1000`. */
export function queryString(query: { readonly [name: string]: QueryValue } = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) add(pairs, name, value);
  const text = pairs.toString();
  return text && `?${text}`;
}

function add(pairs: URLSearchParams, name: string, value: QueryValue): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) pairs.append(name, value.join(","));
  else if (typeof value === "object") for (const [operator, one] of Object.entries(value)) add(pairs, `${name}[${operator}]`, one);
  else pairs.append(name, String(value));
}

/** Fills `{id}` and its like into a path. */
export function fillPath(path: string, values: { readonly [name: string]: string | number } = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === "") throw new TypeError(`${path} needs path.${name}`);
    return encodeURIComponent(String(value));
  });
}
