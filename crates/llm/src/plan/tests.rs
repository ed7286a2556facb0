use super::*;

/// Qwen2.5-1.5B, Q4_K_M.
const SMALL: ModelFacts = ModelFacts {
    size_bytes: 1_117_000_000,
    layers: 28,
    kv_heads: 2,
    key_length: 128,
    value_length: 128,
    trained_context: 32_768,
};

/// Qwen3-8B, Q4_K_M.
const LARGE: ModelFacts = ModelFacts {
    size_bytes: 5_027_000_000,
    layers: 36,
    kv_heads: 8,
    key_length: 128,
    value_length: 128,
    trained_context: 40_960,
};

fn laptop(available_gib: u64) -> Machine {
    Machine {
        physical_cores: 4,
        memory_total_bytes: 8 << 30,
        memory_available_bytes: available_gib << 30,
        devices: Vec::new(),
    }
}

fn card(kind: DeviceKind, free_gib: u64) -> Device {
    Device {
        name: "Vulkan0".to_string(),
        description: "Some Card".to_string(),
        backend: "Vulkan".to_string(),
        kind,
        memory_total_bytes: 8 << 30,
        memory_free_bytes: free_gib << 30,
    }
}

#[test]
fn a_small_model_gets_the_full_window_and_one_thread_per_core() {
    let plan = plan(&laptop(4), &SMALL, &LoadOptions::default());
    assert_eq!((plan.n_threads, plan.n_threads_batch), (4, 4));
    assert_eq!(plan.n_ctx, 4096);
    assert_eq!((plan.n_batch, plan.n_ubatch), (512, 512));
    assert_eq!(plan.gpu_layers, 0);
    assert_eq!(plan.kv_type, KvType::F16);
    // 28 layers, 2 heads, 128 wide, keys and values, 2 bytes each.
    assert_eq!(plan.kv_bytes, 28 * 2 * 256 * 2 * 4096);
    assert!(plan.fits);
}

#[test]
fn tight_memory_shrinks_the_window_before_anything_else() {
    let machine = Machine {
        memory_available_bytes: 5_027_000_000 + (192 << 20) + (300 << 20),
        ..laptop(0)
    };
    let plan = plan(&machine, &LARGE, &LoadOptions::default());
    // 144 KiB per token: 2,048 tokens are 288 MiB.
    assert_eq!(plan.n_ctx, 2048);
    assert!(plan.fits);
    assert!(plan.reason.contains("memory is tight"), "{}", plan.reason);
}

#[test]
fn a_model_that_does_not_fit_is_planned_at_the_smallest_window_and_says_so() {
    let plan = plan(&laptop(3), &LARGE, &LoadOptions::default());
    assert_eq!(plan.n_ctx, SMALLEST_CONTEXT);
    assert!(!plan.fits);
    assert!(plan.reason.contains("will be slow"), "{}", plan.reason);
}

#[test]
fn unknown_memory_is_not_taken_for_none() {
    let plan = plan(&laptop(0), &SMALL, &LoadOptions::default());
    assert_eq!(plan.n_ctx, 4096);
    assert!(plan.fits);
}

#[test]
fn the_window_is_never_above_what_the_model_was_trained_for() {
    let short = ModelFacts {
        trained_context: 512,
        ..SMALL
    };
    let options = LoadOptions {
        n_ctx: Some(100_000),
        ..LoadOptions::default()
    };
    assert_eq!(plan(&laptop(4), &short, &LoadOptions::default()).n_ctx, 512);
    assert_eq!(plan(&laptop(4), &short, &options).n_ctx, 512);
    assert_eq!(plan(&laptop(4), &SMALL, &options).n_ctx, 32_768);
}

#[test]
fn a_card_with_room_takes_all_layers_and_leaves_the_memory_alone() {
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 6)],
        ..laptop(1)
    };
    let options = LoadOptions {
        n_ctx: Some(4096),
        ..LoadOptions::default()
    };
    let plan = plan(&machine, &SMALL, &options);
    assert_eq!(plan.gpu_layers, 29);
    assert_eq!(plan.gpu.as_deref(), Some("Vulkan0"));
    assert!(plan.fits);
}

#[test]
fn a_card_with_little_room_takes_what_fits_beside_a_margin() {
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 3)],
        ..laptop(6)
    };
    let plan = plan(&machine, &LARGE, &LoadOptions::default());
    assert!((5..37).contains(&plan.gpu_layers), "{}", plan.gpu_layers);
    let on_card = LARGE.size_bytes / 37 * u64::from(plan.gpu_layers);
    assert!(on_card < 2 << 30);
}

#[test]
fn half_sized_numbers_are_used_where_they_bring_the_model_onto_the_card() {
    // 4 GiB of context at 16 bits, about 2 at 8.
    let options = LoadOptions {
        n_ctx: Some(32_768),
        ..LoadOptions::default()
    };
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 9)],
        ..laptop(6)
    };
    let plan = plan(&machine, &LARGE, &options);
    assert_eq!((plan.gpu_layers, plan.kv_type), (37, KvType::Q8_0));
}

#[test]
fn asking_for_no_layers_keeps_everything_on_the_cpu() {
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 6)],
        ..laptop(4)
    };
    let options = LoadOptions {
        gpu_layers: Some(0),
        ..LoadOptions::default()
    };
    assert_eq!(plan(&machine, &SMALL, &options).gpu_layers, 0);
}

#[test]
fn a_full_card_is_left_alone() {
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 1)],
        ..laptop(4)
    };
    let plan = plan(&machine, &SMALL, &LoadOptions::default());
    assert_eq!(plan.gpu_layers, 0);
    assert!(plan.reason.contains("1.0 GiB free"), "{}", plan.reason);
}

#[test]
fn absurd_numbers_do_not_overflow() {
    let absurd = ModelFacts {
        size_bytes: u64::MAX,
        layers: u32::MAX,
        kv_heads: u32::MAX,
        key_length: u32::MAX,
        value_length: u32::MAX,
        trained_context: u32::MAX,
    };
    let machine = Machine {
        devices: vec![card(DeviceKind::Gpu, 6)],
        ..laptop(4)
    };
    let plan = plan(&machine, &absurd, &LoadOptions::default());
    assert!(!plan.fits);
}

#[test]
fn an_embedding_model_computes_its_whole_window_at_once() {
    let long = plan_embedding(&laptop(4), &SMALL, &LoadOptions::default());
    assert_eq!(
        (long.n_ctx, long.n_batch, long.n_ubatch),
        (2048, 2048, 2048)
    );
    let short = ModelFacts {
        trained_context: 256,
        ..SMALL
    };
    let short = plan_embedding(&laptop(4), &short, &LoadOptions::default());
    assert_eq!(
        (short.n_ctx, short.n_batch, short.n_ubatch),
        (256, 512, 512)
    );
}
