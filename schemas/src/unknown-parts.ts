import avro from 'avsc';

/** Finds the paths of values that read as `unknown`, because a newer process wrote them. */
export type PartFinder = (value: unknown) => readonly string[];

type Finder = (value: unknown, path: string) => readonly string[];

const none: Finder = () => [];

/** Makes the finder of a type. It searches only where unknown values can occur. */
export function unknownParts(type: avro.Type): PartFinder {
  const find = finderOf(type, new Map());
  return value => find(value, '');
}

function finderOf(type: avro.Type, seen: Map<avro.Type, Finder>): Finder {
  const known = seen.get(type);
  if (known !== undefined) return known;
  seen.set(type, none); // a recursive type is searched once
  const finder = make(type, seen);
  seen.set(type, finder);
  return finder;
}

function make(type: avro.Type, seen: Map<avro.Type, Finder>): Finder {
  const { types } = avro;
  if (type instanceof types.EnumType) return (value, path) => (value === 'unknown' ? [path] : []);
  if (type instanceof types.ArrayType) return ofItems(finderOf(type.itemsType, seen));
  if (type instanceof types.RecordType) return ofFields(type, seen);
  if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType)
    return ofBranches(type.types, seen);
  return none;
}

function ofItems(find: Finder): Finder {
  if (find === none) return none;
  return (value, path) => (Array.isArray(value) ? value.flatMap((item, index) => find(item, `${path}[${index}]`)) : []);
}

function ofFields(type: avro.types.RecordType, seen: Map<avro.Type, Finder>): Finder {
  const fields = type.fields
    .map(field => ({ name: field.name, find: finderOf(field.type, seen) }))
    .filter(({ find }) => find !== none);
  if (fields.length === 0) return none;
  return (value, path) => {
    if (typeof value !== 'object' || value === null) return [];
    const parts = value as Readonly<Record<string, unknown>>;
    return fields.flatMap(({ name, find }) => find(parts[name], path === '' ? name : `${path}.${name}`));
  };
}

/** A record in a union has a kind; `unknown` means that this version does not know the record. */
function ofBranches(branches: readonly avro.Type[], seen: Map<avro.Type, Finder>): Finder {
  const finders = branches.map(branch => finderOf(branch, seen)).filter(find => find !== none);
  const areKinds = branches.filter(branch => branch instanceof avro.types.RecordType).length > 1;
  if (finders.length === 0 && !areKinds) return none;
  return (value, path) => {
    const isUnknown = areKinds && typeof value === 'object' && value !== null && 'kind' in value;
    if (isUnknown && value.kind === 'unknown') return [path];
    return [...new Set(finders.flatMap(find => find(value, path)))];
  };
}
