//! Which graphics devices there are, and whether they calculate correctly and how fast.
//!
//! A driver may crash here, so the program runs this in a process of its own (`--role=graphics`) and reads the
//! reports as JSON. Nothing here is used by the engines; the reports decide which of them to offer a device to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use wgpu::util::{BufferInitDescriptor, DeviceExt};

// When a device counts as hung. A sound one is done within two seconds, save on a busy machine.
const PATIENCE: Duration = Duration::from_secs(15);
// Long enough that the start of a run does not count, short enough for the budget.
const TIMED: Duration = Duration::from_millis(400);
const MAX_TIMED_RUNS: u32 = 200;
const CHECK_WORDS: usize = 1 << 19;
// Three buffers of this size are more than the caches of present graphics chips hold.
const TRIAD_BYTES: usize = 64 << 20;
// A software device has the caches of the processor, and is slow.
const TRIAD_BYTES_SOFTWARE: usize = 8 << 20;
const TRIAD_PERIOD: usize = 1_024;
const SAMPLE_BYTES: u64 = 16 << 10;
const WORKGROUP: u32 = 256;

const CHECK_SHADER: &str = "
@group(0) @binding(0) var<storage, read> input: array<u32>;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    var x = input[id.x];
    for (var i = 0u; i < 16u; i++) {
        x = (x * 1664525u + 1013904223u) ^ (x >> 7u);
    }
    output[id.x] = x + id.x;
}";

const TRIAD_SHADER: &str = "
@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    c[id.x] = a[id.x] + 0.5 * b[id.x];
}";

/// What a graphics device is and how its self-test went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdapterReport {
    /// The device's own name.
    pub name: String,
    /// The interface it was reached by: `vulkan`, `metal`, `dx12`. One device may be there once for each.
    pub backend: String,
    /// `discrete_gpu`, `integrated_gpu`, `virtual_gpu`, `cpu` (software) or `other`.
    pub device_type: String,
    /// The driver with its version.
    pub driver: String,
    /// PCI vendor number, 0 when unknown.
    pub vendor: u32,
    /// Largest buffer that the driver allows; a hint at the memory, not its size.
    pub max_buffer_bytes: u64,
    /// Largest part of a buffer that a kernel may use at once.
    pub max_binding_bytes: u64,
    /// How the self-test went.
    pub self_test: SelfTest,
}

/// The outcome of a self-test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum SelfTest {
    /// All results were right.
    Passed {
        /// Memory read and written per second by a triad kernel, in 10^9 bytes.
        bandwidth_gb_s: f64,
        /// Seconds that the whole test took.
        seconds: f64,
    },
    /// It gave an error or a wrong result.
    Failed {
        /// What happened.
        reason: String,
    },
    /// It was not run.
    Skipped {
        /// Why not.
        reason: String,
    },
}

/// Reports every graphics device that Vulkan, Metal or Direct3D 12 show, each after a self-test. A sound device
/// takes less than two seconds, one that hangs is given up after fifteen. No device is an empty list.
///
/// A faulty driver may end the process: call it in one of its own.
pub fn probe() -> Vec<AdapterReport> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    // No validation layers: they belong to developers' machines and change the timing.
    descriptor.flags = wgpu::InstanceFlags::empty();
    let backends = descriptor.backends;
    let adapters = caught(|| {
        let instance = wgpu::Instance::new(descriptor);
        Ok(pollster::block_on(instance.enumerate_adapters(backends)))
    });
    // A loader that fails to start shows no device, which is what there is then.
    adapters.unwrap_or_default().iter().map(report).collect()
}

fn report(adapter: &wgpu::Adapter) -> AdapterReport {
    let about = adapter.get_info();
    let limits = adapter.limits();
    AdapterReport {
        backend: about.backend.to_str().to_string(),
        device_type: match about.device_type {
            wgpu::DeviceType::DiscreteGpu => "discrete_gpu",
            wgpu::DeviceType::IntegratedGpu => "integrated_gpu",
            wgpu::DeviceType::VirtualGpu => "virtual_gpu",
            wgpu::DeviceType::Cpu => "cpu",
            wgpu::DeviceType::Other => "other",
        }
        .to_string(),
        driver: format!("{} {}", about.driver, about.driver_info)
            .trim()
            .to_string(),
        vendor: about.vendor,
        max_buffer_bytes: limits.max_buffer_size,
        max_binding_bytes: limits.max_storage_buffer_binding_size,
        self_test: self_test(adapter, about.device_type == wgpu::DeviceType::Cpu),
        name: about.name,
    }
}

fn self_test(adapter: &wgpu::Adapter, is_software: bool) -> SelfTest {
    let capabilities = adapter.get_downlevel_capabilities();
    if !capabilities
        .flags
        .contains(wgpu::DownlevelFlags::COMPUTE_SHADERS)
    {
        return SelfTest::Skipped {
            reason: "the device runs no compute kernels".to_string(),
        };
    }
    let start = Instant::now();
    let outcome = caught(|| {
        let bench = Bench::open(adapter, start + PATIENCE)?;
        bench.check()?;
        bench.triad(if is_software {
            TRIAD_BYTES_SOFTWARE
        } else {
            TRIAD_BYTES
        })
    });
    match outcome {
        Ok(bandwidth_gb_s) => SelfTest::Passed {
            bandwidth_gb_s,
            seconds: start.elapsed().as_secs_f64(),
        },
        Err(reason) => SelfTest::Failed { reason },
    }
}

// The library panics on some faults of a driver; that is a failed test, not the end of the probe.
fn caught<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text.unwrap_or("the graphics library gave up").to_string())
    })
}

/// A device opened for one self-test.
struct Bench {
    device: wgpu::Device,
    queue: wgpu::Queue,
    deadline: Instant,
    // The first fault that no call returned.
    fault: Arc<Mutex<Option<String>>>,
}

impl Bench {
    fn open(adapter: &wgpu::Adapter, deadline: Instant) -> Result<Self, String> {
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            required_limits: wgpu::Limits::downlevel_defaults(),
            ..Default::default()
        }))
        .map_err(|error| format!("the device could not be opened: {error}"))?;
        let fault = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&fault);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            seen.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(error.to_string());
        }));
        Ok(Self {
            device,
            queue,
            deadline,
            fault,
        })
    }

    /// Integer arithmetic over some MiB, compared word by word with the processor's.
    fn check(&self) -> Result<(), String> {
        let words: Vec<u32> = (0..CHECK_WORDS as u32)
            .map(|i| i.wrapping_mul(2_654_435_761))
            .collect();
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let from = self.filled(&bytes);
        let to = self.empty(bytes.len() as u64);
        let kernel = self.kernel(CHECK_SHADER, &[&from, &to]);
        self.run(&kernel, CHECK_WORDS as u32 / WORKGROUP, 1)?;
        let result = self.read(&to, 0, bytes.len() as u64)?;
        let (result, _) = result.as_chunks::<4>();
        let wrong = words
            .iter()
            .zip(result)
            .enumerate()
            .filter(|(index, (word, got))| {
                expected_word(**word, *index as u32) != u32::from_le_bytes(**got)
            })
            .count();
        if wrong > 0 || result.len() != words.len() {
            return Err(format!("{wrong} of {} results were wrong", words.len()));
        }
        Ok(())
    }

    /// Memory speed of `c = a + b / 2`, in 10^9 bytes per second, with samples of the result checked.
    fn triad(&self, bytes: usize) -> Result<f64, String> {
        let tile = |factor: f32| -> Vec<u8> {
            let one: Vec<u8> = (0..TRIAD_PERIOD)
                .flat_map(|i| (i as f32 * factor).to_le_bytes())
                .collect();
            one.repeat(bytes / one.len())
        };
        let (a, b) = (self.filled(&tile(1.0)), self.filled(&tile(3.0)));
        let c = self.empty(bytes as u64);
        let kernel = self.kernel(TRIAD_SHADER, &[&a, &b, &c]);
        let groups = (bytes / 16) as u32 / WORKGROUP;
        // The first run pays for paging and compiling, the second tells how many fill the time.
        self.run(&kernel, groups, 1)?;
        let one = self.run(&kernel, groups, 1)?;
        let runs = (TIMED.as_secs_f64() / one.as_secs_f64().max(1e-6)).floor() as u32;
        let runs = runs.clamp(1, MAX_TIMED_RUNS);
        let took = self.run(&kernel, groups, runs)?;
        for offset in [0, bytes as u64 - SAMPLE_BYTES] {
            let sample = self.read(&c, offset, SAMPLE_BYTES)?;
            let (sample, _) = sample.as_chunks::<4>();
            let wrong = sample.iter().enumerate().any(|(index, got)| {
                // Exact in 32-bit floats: small whole numbers and halves.
                let expected = (index % TRIAD_PERIOD) as f32 * 2.5;
                (f32::from_le_bytes(*got) - expected).abs() > 1e-3
            });
            if wrong {
                return Err("the memory test gave wrong results".to_string());
            }
        }
        Ok(3.0 * bytes as f64 * f64::from(runs) / took.as_secs_f64() / 1e9)
    }

    fn filled(&self, bytes: &[u8]) -> wgpu::Buffer {
        self.device.create_buffer_init(&BufferInitDescriptor {
            label: None,
            contents: bytes,
            usage: wgpu::BufferUsages::STORAGE,
        })
    }

    fn empty(&self, size: u64) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        })
    }

    fn kernel(
        &self,
        shader: &'static str,
        buffers: &[&wgpu::Buffer],
    ) -> (wgpu::ComputePipeline, wgpu::BindGroup) {
        let module = self
            .device
            .create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(shader.into()),
            });
        let pipeline = self
            .device
            .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: None,
                layout: None,
                module: &module,
                entry_point: Some("main"),
                compilation_options: Default::default(),
                cache: None,
            });
        let entries: Vec<wgpu::BindGroupEntry<'_>> = buffers
            .iter()
            .enumerate()
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding: binding as u32,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        (pipeline, group)
    }

    fn run(
        &self,
        (pipeline, group): &(wgpu::ComputePipeline, wgpu::BindGroup),
        workgroups: u32,
        times: u32,
    ) -> Result<Duration, String> {
        self.no_fault()?;
        let mut encoder = self.device.create_command_encoder(&Default::default());
        for _ in 0..times {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, group, &[]);
            pass.dispatch_workgroups(workgroups, 1, 1);
        }
        let start = Instant::now();
        self.queue.submit([encoder.finish()]);
        self.wait()?;
        Ok(start.elapsed())
    }

    fn read(&self, from: &wgpu::Buffer, offset: u64, size: u64) -> Result<Vec<u8>, String> {
        let staging = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(from, offset, &staging, 0, size);
        self.queue.submit([encoder.finish()]);
        // What goes wrong in mapping shows when the mapped range is asked for.
        staging.map_async(wgpu::MapMode::Read, .., |_| {});
        self.wait()?;
        let view = staging
            .get_mapped_range(..)
            .map_err(|error| format!("the results could not be read: {error}"))?;
        Ok(view.to_vec())
    }

    fn wait(&self) -> Result<(), String> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.device
            .poll(wgpu::PollType::Wait {
                submission_index: None,
                timeout: Some(left),
            })
            .map_err(|error| format!("the device did not answer in time: {error}"))?;
        self.no_fault()
    }

    fn no_fault(&self) -> Result<(), String> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.clone().map_or(Ok(()), Err)
    }
}

fn expected_word(word: u32, index: u32) -> u32 {
    let mut x = word;
    for _ in 0..16 {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) ^ (x >> 7);
    }
    x.wrapping_add(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_of_this_machine_passes_or_says_why_not() {
        // A machine without any device is fine: then there is nothing to check.
        for report in probe() {
            assert!(!report.name.is_empty());
            match report.self_test {
                SelfTest::Passed { bandwidth_gb_s, .. } => assert!(bandwidth_gb_s > 0.0),
                SelfTest::Failed { reason } | SelfTest::Skipped { reason } => {
                    assert!(!reason.is_empty());
                }
            }
        }
    }
}
