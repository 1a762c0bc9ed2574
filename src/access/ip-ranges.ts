import { isIP } from 'node:net';

/** A network of addresses; a single address is one of 32 or 128 bits. */
type IpRange = { family: 4 | 6; base: bigint; bits: number };

const widthOf = { 4: 32, 6: 128 } as const;
const mappedPrefix = 0xffffn;

/**
 * Why a text is neither an address nor a network in CIDR notation (RFC 4632; RFC 4291, section 2.3), in one sentence;
 * `undefined` when it is one.
 */
export function refuseIpRange(text: string): string | undefined {
  const range = parseRange(text);
  if (!range) return 'Give an address such as 203.0.113.7, or a network such as 203.0.113.0/24 or 2001:db8::/32.';
  // Read as the network, it would let in far more than the one address that was perhaps meant.
  if (range.base !== masked(range.base, range))
    return `${text} has bits beyond its network: write the network’s first address, or the address alone.`;
  return undefined;
}

/** Whether an address lies in one of the ranges. What cannot be read lies in none. */
export function isInRanges(address: string | undefined, ranges: readonly string[]): boolean {
  return address !== undefined && isIP(address) !== 0 && isWithinRanges(address, ranges);
}

/** Whether one of the ranges has everything of another one. */
export function isWithinRanges(inner: string, ranges: readonly string[]): boolean {
  const range = parseRange(inner);
  return range !== undefined && ranges.some((one) => contains(parseRange(one), range));
}

function contains(outer: IpRange | undefined, inner: IpRange): boolean {
  if (outer?.family !== inner.family || outer.bits > inner.bits) return false;
  return masked(inner.base, outer) === masked(outer.base, outer);
}

function masked(base: bigint, { family, bits }: IpRange): bigint {
  const free = BigInt(widthOf[family] - bits);
  return (base >> free) << free;
}

function parseRange(text: string): IpRange | undefined {
  const [, address = '', given] = /^([\da-f:.]{2,45})(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = isIP(address);
  if (family !== 4 && family !== 6) return undefined;
  const bits = given === undefined ? widthOf[family] : Number(given);
  if (bits > widthOf[family]) return undefined;
  const base = family === 4 ? parse4(address) : parse6(address);
  // An IPv4 address that reaches a socket of both families (RFC 4291, section 2.5.5.2) is the IPv4 address.
  if (family === 6 && bits >= 96 && base >> 32n === mappedPrefix)
    return { family: 4, base: base & 0xffff_ffffn, bits: bits - 96 };
  return { family, base, bits };
}

function parse4(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

/** Of an address that is valid: at most one `::`, and perhaps an IPv4 address at the end. */
function parse6(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array<bigint>(8 - before.length - after.length).fill(0n);
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const four = parse4(group);
    return [four >> 16n, four & 0xffffn];
  });
}
