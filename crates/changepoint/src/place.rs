//! Where a step stands, once it is known that there is one.

/// The position of the first point on the new level: where the points before lie on one side of the middle between both
/// levels and those after on the other. A single point counts for no more than half the height of the step: a spike is one point among others.
pub fn place(points: &[f64], before: f64, after: f64) -> usize {
    let (middle, height) = (f64::midpoint(before, after), after - before);
    if height == 0.0 {
        return 0;
    }
    let (mut sum, mut best, mut at) = (0.0, 0.0, 0);
    // Summed from the beginning: the lowest sum stands before the first point of the new level.
    for (position, value) in points.iter().enumerate() {
        sum += ((value - middle) / height).clamp(-0.5, 0.5);
        if sum <= best {
            (best, at) = (sum, position + 1);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_in_noise_and_beside_a_spike() {
        assert_eq!(place(&[1.0, 1.2, 0.9, 9.0, 1.0, 2.0, 2.2, 1.9], 1.0, 2.0), 5);
        assert_eq!(place(&[5.0, 5.1, 4.0, 4.1], 5.0, 4.0), 2);
        assert_eq!(place(&[5.0, 5.0], 5.0, 5.0), 0);
    }
}
