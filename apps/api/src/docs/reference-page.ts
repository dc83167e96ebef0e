import type { JsonSchema, OpenApiDocument, Operation } from '../http/openapi.js';
import { describeFields, describeType, type FieldRow } from './describe-fields.js';

interface OperationModel {
  id: string;
  method: string;
  path: string;
  access: string;
  summary: string;
  description: string;
  parameters: (FieldRow & { where: string })[];
  body: FieldRow[];
  status: string;
  answer: FieldRow[];
  answerTypes: string;
}

export interface ReferencePage {
  version: string;
  groups: { name: string; operations: OperationModel[] }[];
}

/** What the page at `/docs` shows of the OpenAPI document. */
export function buildReferencePage(document: OpenApiDocument): ReferencePage {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: operation.tags[0],
      ...toModel(method, path, operation),
    })),
  );
  return {
    version: document.info.version,
    groups: document.tags.map(({ name }) => ({ name, operations: operations.filter(({ tag }) => tag === name) })),
  };
}

function toModel(method: string, path: string, operation: Operation): OperationModel {
  const status = Object.keys(operation.responses).find((key) => key !== 'default') ?? '';
  const response = operation.responses[status];
  const content = response && 'content' in response ? response.content : {};
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    access: operation['x-access'],
    summary: operation.summary,
    description: operation.description ?? '',
    parameters: operation.parameters.map(({ name, in: where, required, description = '', schema }) => ({
      name,
      where,
      required,
      description,
      type: describeType(schema),
    })),
    body: fieldsOf(operation.requestBody?.content),
    status,
    answer: fieldsOf(content),
    answerTypes: Object.keys(content ?? {}).join(', ') || 'no body',
  };
}

function fieldsOf(content: Record<string, { schema: JsonSchema }> | undefined): FieldRow[] {
  const schema = content?.['application/json']?.schema;
  return schema ? describeFields(schema) : [];
}
