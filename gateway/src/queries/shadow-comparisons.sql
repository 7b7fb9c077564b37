-- How far a shadow version agrees
SELECT count() AS frames, sum(agreed) AS all_agreed, sum(serving_boxes) AS all_serving, sum(shadow_boxes) AS all_shadow,
  countIf(agreed < serving_boxes OR agreed < shadow_boxes) AS different_frames
FROM shadow_detections
WHERE model = {model:String} AND serving_version = {serving:String} AND shadow_version = {shadow:String}
  AND captured_at > now() - INTERVAL 1 DAY AND store_id != 'probe';

-- Frames with the largest differences
SELECT camera_id, toUnixTimestamp64Milli(captured_at) AS captured_at_ms, width_px, height_px,
  frame_partition, frame_offset, frame_sha256, boxes
FROM shadow_detections
WHERE model = {model:String} AND serving_version = {serving:String} AND shadow_version = {shadow:String}
  AND captured_at > now() - INTERVAL 14 MINUTE AND store_id != 'probe'
  AND (agreed < serving_boxes OR agreed < shadow_boxes)
ORDER BY serving_boxes + shadow_boxes - 2 * agreed DESC, captured_at DESC
LIMIT {most:UInt32};
