import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a webhook may be sent to: those of the public internet, and the networks that the operator allows.
 * Everything else could be a way into the network that this server stands in.
 */
export type AddressGuard = {
  /** Why a URL cannot be an endpoint, in one sentence; `undefined` when nothing speaks against it before its name is resolved. */
  refuseUrl(text: string): string | undefined;
  /** Whether a request to this protocol may be sent to this address. */
  allows(address: string, protocol: string): boolean;
};

const notPublic4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carriers' NAT, and a cloud's metadata
  '127.0.0.0/8',
  '168.63.129.16/32', // what Azure's machines ask about themselves
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6, only this part is public: no mapped, compatible or translated IPv4, nothing local. */
const public6 = ['2000::/3'];
const notPublic6 = [
  '2001::/23', // Teredo and other protocols' own
  '2001:db8::/32',
  '2002::/16', // 6to4 holds an IPv4 address
  '3fff::/20',
];

/** A guard that also lets the given networks (CIDR) pass; in these, plain HTTP will do. */
export function createAddressGuard(allowedNetworks: readonly string[]): AddressGuard {
  const allowed = listOf(allowedNetworks);
  const isAllowed = (address: string) => allowed.check(address, familyOf(address));
  const allows = (address: string, protocol: string) => {
    if (isIP(address) === 0 || address.includes('%')) return false;
    return isAllowed(address) || (protocol === 'https:' && isPublic(address));
  };
  return {
    allows,
    refuseUrl(text) {
      const url = URL.parse(text);
      if (url === null || !/^https?:$/.test(url.protocol)) return 'Give a URL that begins with https://.';
      if (url.username || url.password) return 'A URL with a user or password in it is not taken.';
      if (url.hash) return 'Leave out the part from # on: it is never sent.';
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (host.endsWith('.')) return 'Leave out the dot at the end of the name.';
      if (isIP(host) !== 0 && !authorityOf(text).startsWith(url.hostname))
        return 'Write the address in its usual form, such as 192.0.2.10.';
      const literal = host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : host;
      if (isIP(literal) !== 0 && !isPublic(literal) && !isAllowed(literal))
        return 'This address is not on the public internet. Whoever runs this server can allow it with Webhooks:AllowedNetworks.';
      if (url.protocol === 'http:' && (isIP(literal) === 0 ? allowedNetworks.length === 0 : !isAllowed(literal)))
        return 'Give a URL that begins with https://.';
      return undefined;
    },
  };
}

/** What was written between `//` and the path. */
function authorityOf(text: string): string {
  return /^https?:\/\/([^/?#]*)/i.exec(text)?.[1]?.toLowerCase() ?? '';
}

const refused = listOf([...notPublic4, ...notPublic6]);
const global6 = listOf(public6);

function isPublic(address: string): boolean {
  const family = familyOf(address);
  if (refused.check(address, family)) return false;
  return family === 'ipv4' || global6.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}
