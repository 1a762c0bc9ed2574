import {
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  WebStandardStreamableHTTPServerTransport,
  type CallToolResult,
} from '@modelcontextprotocol/server';
import { createServer, type Toolbox } from './server.ts';

type Offer = Pick<Toolbox, 'list'> & {
  /** `undefined` for a tool that there is not. */
  call: (named: Parameters<Toolbox['call']>[0]) => Promise<CallToolResult | undefined>;
};

/** One exchange, answered with JSON whichever revision of the protocol the client speaks. */
export async function exchange({ list, call }: Offer, request: Request, parsedBody: unknown): Promise<Response> {
  const server = createServer({
    list,
    async call(named) {
      const result = await call(named);
      if (!result) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no tool of this name.');
      return result;
    },
  });
  if (!(await isLegacyRequest(request, parsedBody))) {
    // Nothing changes that anybody could subscribe to.
    const handler = createMcpHandler(() => server, { legacy: 'reject', maxSubscriptions: 0 });
    return handler.fetch(request, { parsedBody });
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody });
  } finally {
    await server.close();
  }
}
