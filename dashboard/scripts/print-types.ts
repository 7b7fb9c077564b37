import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { type Documents, operationText } from './documents.ts';

const scalars: Readonly<Record<string, string>> = {
  Int: 'number',
  Float: 'number',
  Long: 'number',
  Boolean: 'boolean',
  JSON: 'unknown',
};

/** The whole module: enums, inputs, one type per fragment, one constant per operation. Any scalar not known is a string. */
export function printModule(schema: GraphQLSchema, documents: Documents): string {
  const printer = new TypePrinter(schema, documents);
  const fragments = [...documents.fragments.values()].map(fragment => {
    const type = schema.getType(fragment.typeCondition.name.value);
    return `export type ${fragment.name.value} = ${printer.selection(type, fragment.selectionSet)};`;
  });
  const operations = documents.operations.map(operation => printer.operation(operation));
  return [
    '// Written by scripts/generate.ts from queries/*.graphql and the gateway schema. Do not edit.',
    "import type { TypedDocument } from '#lib/typed-document.ts';",
    ...printer.namedTypes(),
    ...fragments,
    ...operations,
    '',
  ].join('\n\n');
}

class TypePrinter {
  readonly #schema: GraphQLSchema;
  readonly #documents: Documents;
  readonly #named = new Map<string, string>();

  constructor(schema: GraphQLSchema, documents: Documents) {
    this.#schema = schema;
    this.#documents = documents;
  }

  namedTypes(): string[] {
    return [...this.#named.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => text);
  }

  operation(operation: OperationDefinitionNode): string {
    const name = operation.name?.value ?? 'Unnamed';
    const result = this.selection(this.#schema.getRootType(operation.operation) ?? undefined, operation.selectionSet);
    const variables = (operation.variableDefinitions ?? []).map(definition => {
      const type = typeFromAST(this.#schema, definition.type) as GraphQLInputType;
      const optional = !isNonNullType(type) || definition.defaultValue ? '?' : '';
      return `readonly ${definition.variable.name.value}${optional}: ${this.#input(type)};`;
    });
    const text = JSON.stringify(operationText(operation, this.#documents));
    return [
      `export type ${name}Result = ${result};`,
      `export const ${name}: TypedDocument<${name}Result, { ${variables.join(' ')} }> = {\n  text: ${text},\n};`,
    ].join('\n');
  }

  /** Fragments are flattened; an abstract type becomes a union told apart by `__typename`. */
  selection(type: GraphQLNamedType | undefined, selections: SelectionSetNode): string {
    if (isAbstractType(type)) {
      const members = this.#schema.getPossibleTypes(type).map(member => this.#object(member, selections));
      return members.join(' | ');
    }
    if (!isObjectType(type)) throw new Error(`cannot select from ${type?.name ?? 'an unknown type'}`);
    return this.#object(type, selections);
  }

  #object(type: GraphQLObjectType, selections: SelectionSetNode): string {
    const fields = new Map<string, FieldNode[]>();
    this.#collect(type, selections, fields);
    const lines = [...fields].map(([key, nodes]) => `readonly ${key}: ${this.#field(type, nodes)};`);
    return `{ ${lines.join(' ')} }`;
  }

  #field(type: GraphQLObjectType, nodes: readonly FieldNode[]): string {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return `'${type.name}'`;
    const field = type.getFields()[name];
    if (!field) throw new Error(`${type.name} has no field ${name}`);
    return this.#output(field.type, { kind: Kind.SELECTION_SET, selections: nodes.flatMap(selectionsOf) });
  }

  #collect(type: GraphQLObjectType, selections: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const node of selections.selections) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#documents.fragments.get(node.name.value) : node;
      if (fragment && this.#applies(type, fragment.typeCondition?.name.value)) {
        this.#collect(type, fragment.selectionSet, into);
      }
    }
  }

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const other = this.#schema.getType(condition);
    return isAbstractType(other) && this.#schema.isSubType(other, type);
  }

  #output(type: GraphQLOutputType, selections: SelectionSetNode): string {
    if (isNonNullType(type)) return this.#outputNonNull(type.ofType, selections);
    return `${this.#outputNonNull(type, selections)} | null`;
  }

  #outputNonNull(type: GraphQLOutputType, selections: SelectionSetNode): string {
    if (isListType(type)) return `readonly (${this.#output(type.ofType, selections)})[]`;
    const named = getNamedType(type);
    return selections.selections.length > 0 ? this.selection(named, selections) : this.#leaf(named);
  }

  #input(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#inputNonNull(type.ofType);
    return `${this.#inputNonNull(type)} | null`;
  }

  #inputNonNull(type: GraphQLInputType): string {
    if (isListType(type)) return `readonly (${this.#input(type.ofType)})[]`;
    return this.#leaf(getNamedType(type));
  }

  #leaf(type: GraphQLNamedType): string {
    if (isEnumType(type)) {
      const values = type.getValues().map(value => `'${value.name}'`);
      this.#named.set(type.name, `export type ${type.name} = ${values.join(' | ')};`);
      return type.name;
    }
    if (isInputObjectType(type)) {
      if (!this.#named.has(type.name)) {
        this.#named.set(type.name, ''); // an input may hold itself
        const fields = Object.values(type.getFields()).map(
          field => `readonly ${field.name}${isNonNullType(field.type) ? '' : '?'}: ${this.#input(field.type)};`,
        );
        this.#named.set(type.name, `export type ${type.name} = { ${fields.join(' ')} };`);
      }
      return type.name;
    }
    return scalars[type.name] ?? 'string';
  }
}

function selectionsOf(node: FieldNode): SelectionSetNode['selections'] {
  return node.selectionSet?.selections ?? [];
}
