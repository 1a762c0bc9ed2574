// Written by scripts/write-client.ts from docs/openapi.json.

import type { Answer, CallOptions, Send } from '../send.ts';
import type { Diagnosis, RunDiagnosisBody } from './schemas.ts';

/** Live checks, with cause and remedy. */
export const diagnostics = (send: Send) => ({
  /** Checks live, at Microsoft too, what the meetings of a member or of a whole tenant need. It usually takes some seconds, and up to a minute and a half where nothing answers. */
  run: <const O extends CallOptions = CallOptions>(
    body: RunDiagnosisBody = {},
    options?: O,
  ): Promise<Answer<Diagnosis, O>> => send({ method: 'POST', path: '/v1/diagnostics', body, options, keyless: true }),
});
