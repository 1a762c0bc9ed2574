import { Ajv } from 'ajv';

/*
 * The rules of MicrosoftTeams.schema.json (OfficeDev/microsoft-teams-app-schema) for what a personal tab with single
 * sign-on needs, in both versions that Parley writes. Whatever else the schema knows is missing here on purpose: nothing
 * of it is in our manifest, and no other property is allowed.
 */
const httpsUrl = { type: 'string', maxLength: 2048, pattern: '^[Hh][Tt][Tt][Pp][Ss]://' };
const guid = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' };
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const exactly = (required: string[], properties: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const schema = exactly(
  ['manifestVersion', 'version', 'id', 'developer', 'name', 'description', 'icons', 'accentColor'],
  {
    $schema: { type: 'string' },
    manifestVersion: { enum: ['1.29', '1.19'] },
    version: { type: 'string', maxLength: 256, pattern: '^\\d+\\.\\d+\\.\\d+$' },
    id: guid,
    developer: exactly(['name', 'websiteUrl', 'privacyUrl', 'termsOfUseUrl'], {
      name: text(32),
      websiteUrl: httpsUrl,
      privacyUrl: httpsUrl,
      termsOfUseUrl: httpsUrl,
    }),
    name: exactly(['short'], { short: text(30), full: text(100) }),
    description: exactly(['short', 'full'], { short: text(80), full: text(4000) }),
    icons: exactly(['color', 'outline'], { color: { const: 'color.png' }, outline: { const: 'outline.png' } }),
    accentColor: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' },
    staticTabs: {
      type: 'array',
      maxItems: 16,
      items: exactly(['entityId', 'scopes'], {
        entityId: text(64),
        name: text(128),
        contentUrl: httpsUrl,
        websiteUrl: httpsUrl,
        scopes: { type: 'array', minItems: 1, items: { enum: ['personal', 'team', 'groupChat'] } },
      }),
    },
    validDomains: { type: 'array', maxItems: 100, items: { type: 'string', maxLength: 2048, pattern: '^[^/]+$' } },
    webApplicationInfo: exactly(['id'], { id: guid, resource: text(2048) }),
  },
);

const validate = new Ajv({ allErrors: true }).compile(schema);

/** What Teams’ schema finds wrong with a manifest. `allowHttp`: addresses of this machine may do without TLS. */
export function faultsOfManifest(manifest: unknown, { allowHttp = false } = {}): string[] {
  if (validate(manifest)) return [];
  return (validate.errors ?? [])
    .filter(
      ({ schemaPath, instancePath }) => !(allowHttp && instancePath.endsWith('Url') && schemaPath.endsWith('/pattern')),
    )
    .map(({ instancePath, message }) => `${instancePath} ${message}`);
}
