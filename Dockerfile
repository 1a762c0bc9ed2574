# syntax=docker/dockerfile:1

# One image for both processes: `serve` (the default) and `worker`. PostgreSQL runs elsewhere (Database__Url), so the
# optional packages, a private PostgreSQL and Node itself, stay out of it.

# The console and the tab in Teams are all that is built. Vite needs its own optional packages, but no package's install script.
FROM node:24-bookworm-slim AS console
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig*.json ./
COPY src ./src
COPY ui ./ui
RUN node node_modules/vite/bin/vite.js build ui \
  && node node_modules/vite/bin/vite.js build ui --config ui/teams-tab.vite.config.ts

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    Server__Host=0.0.0.0 \
    Server__Port=3000 \
    Storage__Directory=/var/lib/parley/artifacts
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=console /app/dist ./dist
COPY package.json LICENSE ./
COPY src ./src
# The files belong to root and are only read. What is written is the log, to standard output, and recordings, where a
# workspace wants copies of them: a volume belongs at that directory.
RUN install -d -o node -g node -m 700 /var/lib/parley /var/lib/parley/artifacts
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.Server__Port}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts", "serve"]
