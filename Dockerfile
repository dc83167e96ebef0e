# Stage 1 builds with every dependency; the last one carries what runs in production, as a user that owns nothing.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run build
# What runs, alone: without the embedded Postgres of `npm start`, and of Prisma's query compilers only Postgres' own.
RUN npm ci --omit=dev --omit=optional --no-fund --no-audit \
 && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name '*postgresql*' -delete \
 && chmod +x dist/apps/cli/src/main.js

FROM node:24-bookworm-slim AS program
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/prisma ./dist/prisma
COPY --from=build /app/dist/packages ./dist/packages
COPY --from=build /app/dist/apps ./dist/apps
# `docker compose exec api keyledger doctor`
RUN ln -s /app/dist/apps/cli/src/main.js /usr/local/bin/keyledger
USER node
EXPOSE 5001
# api is the default; compose gives database and worker commands of their own.
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]

# Only with --target simulator: in OpenAI's place, to try the program without it (docs/operations.md).
FROM program AS simulator
COPY --from=build /app/dist/tools/openai-simulator ./dist/tools/openai-simulator
EXPOSE 4010
CMD ["node", "dist/tools/openai-simulator/src/main.js", "--host", "0.0.0.0"]

FROM program
