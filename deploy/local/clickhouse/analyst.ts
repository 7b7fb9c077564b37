import { availableParallelism } from 'node:os';

/**
 * The allow-lists for analysts. Functions, formats and settings have ClickHouse's names. judge.ts checks each statement
 * against these lists.
 */

/** Default database of an analyst's statements. */
export const ANALYST_DATABASE = 'sightline';

/** First words of allowed statements, as ClickHouse prints them. KILL QUERY ends only queries of analysts. */
export const STATEMENTS: readonly string[] = ['SELECT', 'WITH', 'EXPLAIN', 'DESCRIBE', 'EXISTS', 'SHOW', 'KILL'];

/** Words that may follow SHOW and SHOW CREATE. */
export const SHOWN: readonly string[] = [
  'TABLES',
  'DATABASES',
  'COLUMNS',
  'INDEXES',
  'FUNCTIONS',
  'SETTINGS',
  'CREATE',
];
export const SHOWN_CREATE: readonly string[] = ['TABLE', 'VIEW', 'DATABASE'];

/** Categories of `system.functions` whose functions use only their arguments. */
export const FUNCTION_CATEGORIES: readonly string[] = [
  'Aggregate Functions',
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Financial',
  'Geo',
  'Geo Polygon',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
];

/**
 * Exceptions: functions of those categories with other effects; functions that parse a text as SQL and evaluate its
 * expressions, which the judge cannot see (arrayReduce: the name and parameters of an aggregate function); functions that
 * take the name of a format or codec; and functions that take quadratic time or memory for one row. The engine ends a statement only
 * between two calls of a function, so one such call would hold a place for minutes. Regular expressions that find all
 * matches are among them: `a*b|a` reads the rest of the text at every place.
 */
export const FUNCTIONS_REFUSED: readonly string[] = [
  'aggThrow',
  'flameGraph',
  'chdb',
  'arrayReduce',
  'arrayReduceInRanges',
  'estimateCompressionRatio',
  'formatRow',
  'formatRowNoNewline',
  'groupFormat',
  'editDistance',
  'editDistanceUTF8',
  'damerauLevenshteinDistance',
  'arrayLevenshteinDistance',
  'arrayLevenshteinDistanceWeighted',
  'arraySimilarity',
  'jaroSimilarity',
  'jaroWinklerSimilarity',
  'hasAll',
  'hasAny',
  'replaceRegexpAll',
  'countMatches',
  'countMatchesCaseInsensitive',
  'extractAll',
  'extractAllGroupsHorizontal',
  'extractAllGroupsVertical',
  'splitByRegexp',
  'ngrams',
  'URLHierarchy',
  'URLPathHierarchy',
  'kolmogorovSmirnovTest',
  'polygonsIntersectionCartesian',
  'polygonsIntersectionSpherical',
  'polygonsUnionCartesian',
  'polygonsUnionSpherical',
  'polygonsSymDifferenceCartesian',
  'polygonsSymDifferenceSpherical',
  'normalizeUTF8NFC',
  'normalizeUTF8NFD',
  'normalizeUTF8NFKC',
  'normalizeUTF8NFKD',
  'normalizeUTF8NFKCCasefold',
  'removeDiacriticsUTF8',
  'multiMatchAny',
  'multiMatchAnyIndex',
  'multiMatchAllIndices',
  'multiFuzzyMatchAny',
  'multiFuzzyMatchAnyIndex',
  'multiFuzzyMatchAllIndices',
  'cutURLParameter',
  'multiSearchAny',
  'multiSearchAnyUTF8',
  'multiSearchAnyCaseInsensitive',
  'multiSearchAnyCaseInsensitiveUTF8',
  'multiSearchFirstIndex',
  'multiSearchFirstIndexUTF8',
  'multiSearchFirstIndexCaseInsensitive',
  'multiSearchFirstIndexCaseInsensitiveUTF8',
  'multiSearchFirstPosition',
  'multiSearchFirstPositionUTF8',
  'multiSearchFirstPositionCaseInsensitive',
  'multiSearchFirstPositionCaseInsensitiveUTF8',
  'multiSearchAllPositions',
  'multiSearchAllPositionsUTF8',
  'multiSearchAllPositionsCaseInsensitive',
  'multiSearchAllPositionsCaseInsensitiveUTF8',
];

/** Most bytes of the text that a search looks for. */
export const NEEDLE_BYTES = 255;

/**
 * Searches that take quadratic time when the text they look for is long, by the number of the argument that has it. It must
 * be a literal of at most NEEDLE_BYTES.
 */
export const NEEDLES: ReadonlyMap<string, number> = new Map([
  ['countSubstrings', 1],
  ['countSubstringsCaseInsensitive', 1],
  ['countSubstringsCaseInsensitiveUTF8', 1],
  ['locate', 0],
  ['position', 1],
  ['positionCaseInsensitive', 1],
  ['positionCaseInsensitiveUTF8', 1],
  ['positionUTF8', 1],
  ['replaceAll', 1],
  ['replaceOne', 1],
]);

/** Allowed functions of other categories: about the user, the form of values, and row numbers. */
export const FUNCTIONS: readonly string[] = [
  'bar',
  'byteSize',
  'caseWithExpression',
  'countDigits',
  'currentDatabase',
  'currentQueryID',
  'currentSchemas',
  'currentUser',
  'digits',
  'errorCodeToName',
  'finalizeAggregation',
  'formatQuery',
  'formatReadableDecimalSize',
  'formatReadableQuantity',
  'formatReadableSize',
  'formatReadableTimeDelta',
  'getSetting',
  'globalVariable',
  'identity',
  'ignore',
  'initialQueryID',
  'initialQueryStartTime',
  'isConstant',
  'isDecimalOverflow',
  'lowCardinalityIndices',
  'lowCardinalityKeys',
  'materialize',
  'neighbor',
  'normalizeQuery',
  'normalizedQueryHash',
  'parseReadableSize',
  'parseReadableSizeOrNull',
  'parseReadableSizeOrZero',
  'parseTimeDelta',
  'queryID',
  'revision',
  'rowNumberInAllBlocks',
  'rowNumberInBlock',
  'runningAccumulate',
  'runningDifference',
  'seriesDecomposeSTL',
  'seriesOutliersDetectTukey',
  'serverTimezone',
  'toColumnTypeName',
  'toTypeName',
  'tokenizeQuery',
  'transform',
  'version',
  'visibleWidth',
];

/**
 * Table functions that generate their rows and read nothing. Those with a structure (values, generateRandom, null, format)
 * are missing: the engine evaluates the DEFAULT and ALIAS expressions in that text. So the text function format is missing
 * too; printf does the same.
 */
export const TABLE_FUNCTIONS: readonly string[] = [
  'generateSeries',
  'generate_series',
  'numbers',
  'numbers_mt',
  'primes',
  'view',
];

/** Allowed tables of `system`. ROW_FILTERS narrows the rows of `processes`. */
export const SYSTEM_TABLES: readonly string[] = [
  'aggregate_function_combinators',
  'collations',
  'columns',
  'data_skipping_indices',
  'data_type_families',
  'databases',
  'formats',
  'functions',
  'keywords',
  'numbers',
  'numbers_mt',
  'one',
  'parts',
  'processes',
  'settings',
  'table_functions',
  'tables',
  'time_zones',
  'zeros',
  'zeros_mt',
];

/** Formats whose output depends only on the result. Others read schemas or templates from files. */
export const FORMATS =
  /^(JSON|NDJSON|BSON|GeoJSON|CSV|TSV|TabSeparated|TSKV|Pretty|Vertical|Values|RowBinary|Native|Parquet|Arrow|ORC|MsgPack|XML|SQLInsert|Markdown|MD|Null|Raw|LineAsString|Hash|Avro)(?!Confluent)\w*$/;

/** Settings for the form of a result. An analyst may also tighten limits. `output_format_schema` is missing: it names a file. */
export const SETTINGS =
  /^(output_format_(?!schema$|avro_confluent)\w+|date_time_(input|output)_format|session_timezone|limit|offset|join_use_nulls|union_default_mode|extremes|result_overflow_mode|prefer_column_name_to_alias)$/;

const MIB = 1_048_576;

/** How many statements of analysts run at once, each on one thread. */
export const ANALYSTS_AT_ONCE = Math.min(Math.max(availableParallelism(), 2), 4);
export const ANALYSTS_WAITING = 60;

/** Most bytes of an analyst's statement. */
export const STATEMENT_LIMIT_BYTES = 65_536;

/** Limits of one statement of an analyst. An analyst may set lower ones. */
export const ANALYST_LIMITS: Readonly<Record<string, number>> = {
  max_execution_time: 30,
  max_memory_usage: 1_024 * MIB,
  max_result_bytes: 128 * MIB,
  max_result_rows: 10_000_000,
  max_temporary_data_on_disk_size_for_query: 1_024 * MIB,
  max_threads: 1,
};

/** Start of the log_comment that marks an analyst's query in `system.processes`. */
export const ANALYST_MARK = 'analyst:';

/** Conditions for the rows of a table that an analyst sees. */
export const ROW_FILTERS: Readonly<Record<string, string>> = {
  'system.processes': `startsWith(Settings['log_comment'], '${ANALYST_MARK}')`,
};
