import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
  visit,
} from 'graphql';

export interface Documents {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly operations: readonly OperationDefinitionNode[];
}

/** Parses and validates all sources as one document, so that fragments may be shared between files. */
export function readDocuments(
  schema: GraphQLSchema,
  sources: readonly { readonly name: string; readonly text: string }[],
): Documents {
  const definitions = sources.flatMap(({ text }) => parse(text).definitions);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const [first] = validate(schema, document);
  if (first) throw new Error(`a query does not fit the schema: ${first.message}`);
  const fragments = definitions.filter(node => node.kind === Kind.FRAGMENT_DEFINITION);
  return {
    fragments: new Map(fragments.map(node => [node.name.value, node])),
    operations: definitions.filter(node => node.kind === Kind.OPERATION_DEFINITION),
  };
}

/** The operation with exactly the fragments it spreads, directly or not, in the order of first use. */
export function operationText(operation: OperationDefinitionNode, documents: Documents): string {
  const used = new Set<FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: spread => {
        const fragment = documents.fragments.get(spread.name.value);
        if (!fragment || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return [operation, ...used].map(node => print(node)).join('\n');
}
