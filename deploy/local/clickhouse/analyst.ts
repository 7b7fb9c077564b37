import { availableParallelism } from 'node:os';

/**
 * All that an analyst may say and see, in one place. Names of functions, formats and settings are ClickHouse's;
 * judge.ts holds every statement against these lists.
 */

/** The database an analyst's statements start in. */
export const ANALYST_DATABASE = 'sightline';

/** First words of the statements an analyst may send, as ClickHouse prints them. KILL QUERY ends own queries only. */
export const STATEMENTS: readonly string[] = ['SELECT', 'WITH', 'EXPLAIN', 'DESCRIBE', 'EXISTS', 'SHOW', 'KILL'];

/** What may follow SHOW, and SHOW CREATE. */
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

/** Categories of `system.functions`, all of whose members compute from their arguments alone. */
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

/** Members of those categories that do more than compute. */
export const FUNCTIONS_REFUSED: readonly string[] = ['aggThrow', 'flameGraph', 'chdb'];

/** Functions of the other categories: who asks, how a value looks, what a statement's rows are numbered. */
export const FUNCTIONS: readonly string[] = [
  'bar',
  'byteSize',
  'caseWithExpression',
  'countDigits',
  'currentDatabase',
  'currentQueryID',
  'currentSchemas',
  'currentUser',
  'defaultValueOfTypeName',
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
  'initializeAggregation',
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
 * Table functions that make their rows themselves. `format` is here for the function of texts of the same name: as a
 * table function read-only mode refuses it.
 */
export const TABLE_FUNCTIONS: readonly string[] = [
  'format',
  'generateRandom',
  'generateSeries',
  'generate_series',
  'null',
  'numbers',
  'numbers_mt',
  'primes',
  'values',
  'view',
];

/** Tables of `system`: what exists and what the engine knows. Rows of `processes` are narrowed in ANALYST_LIMITS. */
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

/** Formats whose output depends on the result alone; others read schemas or templates from files. */
export const FORMATS =
  /^(JSON|NDJSON|BSON|GeoJSON|CSV|TSV|TabSeparated|TSKV|Pretty|Vertical|Values|RowBinary|Native|Parquet|Arrow|ORC|MsgPack|XML|SQLInsert|Markdown|MD|Null|Raw|LineAsString|Hash|Avro)(?!Confluent)\w*$/;

/** Settings of how a result looks, beside which an analyst may tighten the limits. `output_format_schema` names a file. */
export const SETTINGS =
  /^(output_format_(?!schema$|avro_confluent)\w+|date_time_(input|output)_format|session_timezone|limit|offset|join_use_nulls|union_default_mode|extremes|result_overflow_mode|prefer_column_name_to_alias)$/;

const MIB = 1_048_576;

/** How many statements of analysts run at once, each on one thread, and how many more may wait. */
export const ANALYSTS_AT_ONCE = Math.min(Math.max(availableParallelism(), 2), 4);
export const ANALYSTS_WAITING = 60;

/** The longest statement of an analyst. */
export const STATEMENT_LIMIT_BYTES = 65_536;

/** What one statement of an analyst may take. An analyst may ask for less. */
export const ANALYST_LIMITS: Readonly<Record<string, number>> = {
  max_execution_time: 30,
  max_memory_usage: 1_024 * MIB,
  max_result_bytes: 128 * MIB,
  max_result_rows: 10_000_000,
  max_temporary_data_on_disk_size_for_query: 1_024 * MIB,
  max_threads: 1,
};

/** Marks an analyst's query in `system.processes`; what follows is who runs it. */
export const ANALYST_MARK = 'analyst:';

/** Which rows of a table an analyst sees. */
export const ROW_FILTERS: Readonly<Record<string, string>> = {
  'system.processes': `startsWith(Settings['log_comment'], '${ANALYST_MARK}')`,
};
