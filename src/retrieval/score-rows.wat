;; Dot products of one query with many vectors of 8 bits a number: what a search by meaning spends its time on.
;; Compiled to score-rows.wasm by scripts/build-wasm.ts.
(module
  (import "env" "memory" (memory 1))

  ;; rows     first of `count` vectors, each `stride` signed bytes
  ;; scales   one f32 for each vector
  ;; stride   a multiple of 16
  ;; query    `stride` signed numbers of 16 bits; no sum may leave 32 bits
  ;; scores   where one f32 for each vector is written: its sum of products times its scale
  (func (export "scoreRows")
    (param $rows i32) (param $scales i32) (param $count i32) (param $stride i32) (param $query i32) (param $scores i32)
    (local $low v128) (local $high v128) (local $sixteen v128)
    (local $row_end i32) (local $at i32)
    (block $done
      (loop $each_row
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $low (v128.const i32x4 0 0 0 0))
        (local.set $high (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        (local.set $row_end (i32.add (local.get $rows) (local.get $stride)))
        (loop $each_sixteen
          (local.set $sixteen (v128.load (local.get $rows)))
          (local.set $low (i32x4.add (local.get $low)
            (i32x4.dot_i16x8_s
              (i16x8.extend_low_i8x16_s (local.get $sixteen))
              (v128.load (local.get $at)))))
          (local.set $high (i32x4.add (local.get $high)
            (i32x4.dot_i16x8_s
              (i16x8.extend_high_i8x16_s (local.get $sixteen))
              (v128.load offset=16 (local.get $at)))))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
          (br_if $each_sixteen (i32.lt_u (local.get $rows) (local.get $row_end))))
        (local.set $low (i32x4.add (local.get $low) (local.get $high)))
        (f32.store (local.get $scores)
          (f32.mul
            (f32.load (local.get $scales))
            (f32.convert_i32_s
              (i32.add
                (i32.add (i32x4.extract_lane 0 (local.get $low)) (i32x4.extract_lane 1 (local.get $low)))
                (i32.add (i32x4.extract_lane 2 (local.get $low)) (i32x4.extract_lane 3 (local.get $low)))))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
        (local.set $scores (i32.add (local.get $scores) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $each_row)))))
