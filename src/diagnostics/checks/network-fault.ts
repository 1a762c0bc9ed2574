type Kind = 'dns' | 'refused' | 'no_route' | 'tls' | 'timeout' | 'broken';

export type NetworkFault = { kind: Kind; code: string; title: string; remedy: string };

const kinds: [Kind, RegExp][] = [
  ['dns', /^(ENOTFOUND|EAI_\w+|EDNS\w*)$/],
  ['refused', /^ECONNREFUSED$/],
  ['no_route', /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/],
  [
    'tls',
    /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|SELF_SIGNED|^UNABLE_TO_(GET|VERIFY|DECRYPT)|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/,
  ],
  ['timeout', /TIMEDOUT|TIMEOUT|^(TimeoutError|AbortError)$/],
];

/** Why no answer came from a host, from what `fetch` threw: Node hides the cause below “fetch failed”. */
export function networkFault(error: unknown, host: string): NetworkFault {
  const codes = codesIn(error);
  for (const [kind, pattern] of kinds) {
    const code = codes.find((one) => pattern.test(one));
    if (code !== undefined) return { kind, code, ...words[kind](host) };
  }
  return { kind: 'broken', code: codes[0] ?? 'network_error', ...words.broken(host) };
}

const runner = 'Whoever runs this server';

const words: Record<Kind, (host: string) => { title: string; remedy: string }> = {
  dns: (host) => ({
    title: `The name ${host} cannot be looked up.`,
    remedy: `${runner} checks its name servers (DNS), and whether a proxy is needed to reach the internet.`,
  }),
  refused: (host) => ({
    title: `The connection to ${host} is refused.`,
    remedy: `${runner} allows connections to ${host} in the firewall, and checks the address in the settings.`,
  }),
  no_route: (host) => ({
    title: `There is no way through the network to ${host}.`,
    remedy: `${runner} checks its network and firewall.`,
  }),
  tls: (host) => ({
    title: `No secure connection to ${host} can be made: its certificate is not accepted.`,
    remedy: `Something between this server and ${host} may open https. ${runner} names that proxy’s certificate in NODE_EXTRA_CA_CERTS, excludes ${host} from inspection, or sets the clock.`,
  }),
  timeout: (host) => ({
    title: `${host} does not answer in time.`,
    remedy: `${runner} allows connections to ${host} in the firewall; one that swallows them silently looks like this.`,
  }),
  broken: (host) => ({
    title: `The connection to ${host} breaks.`,
    remedy: `Try again. If it stays, ${runner.toLowerCase()} looks for a proxy or firewall that cuts connections.`,
  }),
};

/** Every code and telling name in an error, its causes and, where several addresses were tried, their errors. */
function codesIn(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const { code, cause, name } = error as Error & { code?: unknown };
  const inner = error instanceof AggregateError ? error.errors : [];
  const own = [typeof code === 'string' ? code : undefined, /^(Timeout|Abort)Error$/.test(name) ? name : undefined];
  return [
    ...own.filter((one) => one !== undefined),
    ...[cause, ...inner].flatMap((one: unknown) => codesIn(one, depth + 1)),
  ];
}
