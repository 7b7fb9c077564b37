-- Newest frame with boxes of a camera
SELECT epoch, sequence, toUnixTimestamp64Milli(captured_at) AS captured_at_ms, outcome, class_name, confidence,
  x1_px, y1_px, x2_px, y2_px, width_px, height_px, track_id, model
FROM tracks
WHERE store_id = {store_id:String} AND camera_id = {camera_id:String}
  AND captured_at = (
    SELECT argMax(captured_at, (_written_at, _offset)) FROM tracks WHERE store_id = {store_id:String} AND camera_id = {camera_id:String}
  )
ORDER BY epoch DESC, sequence DESC, box
LIMIT 1000;
