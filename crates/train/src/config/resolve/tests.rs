//! Tests of the settings to which files and options resolve, and of the messages for settings that cannot be used.

use super::super::Penalty;
use super::*;

fn from_file(text: &str) -> Result<Config, Error> {
    resolve(Some((Path::new("a.toml"), text)), &[])
}

fn set(text: &str) -> Result<Config, Error> {
    resolve(None, &[Override::parse(text)?])
}

fn sentence(result: Result<Config, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_subset_is_one_kind_and_its_size() {
    let config = set("data.subset.per-class=10").unwrap();
    assert_eq!(config.data.subset, Some(data::Subset::PerClass(10)));
    let config = from_file("[data]\nsubset = { fraction = 0.05 }\n").unwrap();
    assert_eq!(config.data.subset, Some(data::Subset::Fraction(0.05)));
    let zero = sentence(set("data.subset.fraction=0"));
    assert!(
        zero.starts_with(
            "--set data.subset.fraction=0: data.subset.fraction is out of range; give a number above 0 and up to 1"
        ),
        "{zero}"
    );
    let kind = sentence(set("data.subset.fist=1"));
    assert!(kind.contains("did you mean 'first'?"), "{kind}");
}

#[test]
fn units_and_appearances_resolve_and_stay_unwritten_where_they_are_the_default() {
    let unit = |text: &str| from_file(text).unwrap().network(3, 2).activation;
    let two = "[model]\nsoftplus_alpha = 2\n";
    assert_eq!(
        unit(&format!("{two}activation = \"centred-softplus\"")),
        model::Activation::CentredSoftplus { alpha: 2.0 }
    );
    assert_eq!(
        unit(&format!("{two}activation = \"thresholded-softplus\"\nsoftplus_threshold = 0.5")),
        model::Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.5 }
    );
    assert_eq!(unit("[model]\nactivation = \"hard-tanh\""), model::Activation::HardTanh);
    assert_eq!(unit("[model]\nactivation = \"pair\""), model::Activation::Pair);
    assert_eq!(set("data.range=symmetric").unwrap().data.range, Some(data::Range::Symmetric));
    let plain = toml::to_string(&Config::default()).unwrap();
    let new = ["softplus_threshold", "gain", "invert", "range"];
    assert!(new.iter().all(|key| !plain.contains(key)), "{plain}");
}

#[test]
fn a_tied_decoder_of_pairs_is_refused() {
    let text = "[model]\nactivation = \"pair\"\n[pretraining]\ndecoder = \"tied\"\n";
    let sentence = sentence(from_file(text));
    assert!(sentence.contains("line 4") && sentence.contains("give \"untied\""), "{sentence}");
}

#[test]
fn entries_that_are_too_many_or_too_few_are_refused() {
    let two = sentence(from_file("[data]\nsubset = { first = 3, per-class = 2 }\n"));
    assert!(two.contains("data.subset cannot be a table of 2 entries; give { fraction = 0.01 }, "), "{two}");
    let half = sentence(set("pretraining.corruption.salt-and-pepper.to-zero=0.5"));
    assert!(half.contains("cannot be a table without to-one; give { to-zero = 0.8, to-one = 0.005 }"), "{half}");
}

#[test]
fn a_key_of_very_many_names_is_refused_before_tables_are_nested() {
    let refused = sentence(set(&format!("a{}=1", ".a".repeat(20_000))));
    let expected = "...: the key has 20001 names, but no setting has more than 8; check the key";
    assert!(refused.len() < 200 && refused.ends_with(expected), "{refused}");
}

#[test]
fn every_file_in_configs_resolves() {
    let folder = Path::new("../../configs");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    for path in files.filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&path).unwrap();
        resolve(Some((&path, &text)), &[]).unwrap();
        assert!(text.starts_with("# "), "{} should begin with a comment that describes the experiment", path.display());
    }
}

#[test]
fn the_resolved_description_reads_back_as_itself() {
    for text in ["model.hidden=[3, 4]", "training.l1=[0.001,0,0]"] {
        let config = set(text).unwrap();
        assert_eq!(from_file(&toml::to_string(&config).unwrap()).unwrap(), config);
    }
}

#[test]
fn options_are_stronger_than_the_file_and_later_ones_than_earlier_ones() {
    let overrides = ["training.epochs=5", "training.epochs=6"].map(|text| Override::parse(text).unwrap());
    let config = resolve(Some((Path::new("a"), "[training]\nepochs = 4\nl1 = 0.5")), &overrides).unwrap();
    assert_eq!((config.training.epochs, config.training.l1), (6, Penalty::Same(0.5)));
}

#[test]
fn a_whole_number_serves_where_any_number_does() {
    assert_eq!(set("training.learning_rate=1").unwrap().training.learning_rate, 1.0);
    assert_eq!(from_file("[training]\nl1 = 0").unwrap().training.l1, Penalty::Same(0.0));
}

#[test]
fn a_penalty_is_a_number_or_one_for_each_hidden_layer() {
    let each = Penalty::Each(vec![0.001, 0.0, 0.0]);
    assert_eq!(set("training.l1=[0.001,0,0]").unwrap().training.l1, each);
    assert_eq!(from_file("[pretraining]\nl1 = [0.001, 0, 0]").unwrap().pretraining.unwrap().l1, each);
    let short = sentence(from_file("[model]\nhidden = [5, 5]\n[pretraining]\nl1 = [0.1, 0.1, 0.1]\n"));
    assert!(
        short.starts_with("a.toml, line 4 ('l1 = [0.1, 0.1, 0.1]'): pretraining.l1 is a list of length 3, but"),
        "{short}"
    );
    assert!(short.ends_with("give a number, or a list with a number for each layer of model.hidden"), "{short}");
    let text = sentence(from_file("[training]\nl1 = \"none\"\n"));
    assert!(
        text.starts_with(
            "a.toml, line 2 ('l1 = \"none\"'): training.l1 cannot be a string; give a number of at least 0"
        ),
        "{text}"
    );
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
    let text = sentence(from_file("[model]\nhiden = [3]\n"));
    assert!(text.starts_with("a.toml, line 2 ('hiden = [3]')"), "{text}");
    assert!(text.contains("did you mean 'hidden'?") && text.contains("softplus_alpha"), "{text}");
    let text = sentence(set("training.epoch=3"));
    assert!(text.starts_with("--set training.epoch=3") && text.contains("'epochs'"), "{text}");
}

#[test]
fn a_wrong_type_is_named_with_its_line() {
    let text = sentence(from_file("[training]\n\nepochs = \"many\"\n"));
    assert!(text.starts_with("a.toml, line 3 ('epochs = \"many\"')"), "{text}");
    assert!(text.ends_with("training.epochs cannot be a string; give a whole number from 1 to 1000000"), "{text}");
    let text = sentence(set("model.hidden=[3, \"a\"]"));
    assert!(text.contains("model.hidden cannot be a list with a string; give a list of 0 to 20 entries"), "{text}");
    let text = sentence(set("training.l1=[0.1, true]"));
    assert!(text.contains("training.l1 cannot be a list with a boolean; give a number"), "{text}");
    assert!(sentence(set("training.epochs=-1")).contains("--set training.epochs=-1"));
}

#[test]
fn a_choice_that_is_none_lists_the_choices() {
    let text = sentence(from_file("[model]\nactivation = \"rectifer\"\n"));
    assert!(text.contains("line 2") && text.contains("did you mean 'rectifier'?") && text.contains("tanh"), "{text}");
}

#[test]
fn other_words_are_answered_with_ours() {
    let relu = sentence(from_file("[model]\nactivation = \"relu\"\n"));
    assert!(relu.ends_with("'relu' is called 'rectifier' here; write model.activation = \"rectifier\""), "{relu}");
    for (typed, answer) in [
        ("model.activation=sigmoid", "write model.activation = \"logistic\""),
        ("model.activation=hardtanh", "write model.activation = \"hard-tanh\""),
        ("model.activation=hard_tanh", "write model.activation = \"hard-tanh\""),
        ("model.activation=ReLU", "write model.activation = \"rectifier\""),
        ("model.activation=abs", "write model.activation = \"absolute\""),
        ("model.activation=identity", "write model.activation = \"linear\""),
        ("analysis.measures=[\"Pairs\"]", "write \"pairs\""),
        ("training.backend=gpu", "'gpu' may mean wgpu or cuda here; write one of these"),
        ("training.backend=cpu", "'cpu' may mean flex or ndarray here"),
        ("pretraining.reconstruction=mse", "may mean softplus-quadratic, linear-quadratic or rectifier-quadratic here"),
        ("pretraining.reconstruction=bce", "may mean logistic-cross-entropy or tanh-cross-entropy here"),
        ("training.lr=0.1", "'lr' is called 'learning_rate' here; write training.learning_rate"),
        ("training.learning-rate=0.1", "write training.learning_rate"),
        ("training.batch-size=3", "write training.batch_size"),
        ("pretraining.learning_rate=0.1", "write pretraining.learning_rates"),
        ("model.units=3", "write model.hidden"),
        ("model.hidden_layers=3", "write model.hidden"),
        ("model.hidden-layers=3", "write model.hidden"),
        ("model.sign-mask=none", "write model.sign_mask"),
        ("data.subset.per_class=3", "write data.subset.per-class"),
        ("lr=0.1", "did you mean 'pretraining.learning_rates' or 'training.learning_rate'?"),
        ("batch-size=3", "did you mean 'training.batch_size'?"),
        ("model.epochs=3", "did you mean 'pretraining.epochs' or 'training.epochs'?"),
        ("trainign.epochs=3", "did you mean 'training'?"),
    ] {
        let text = sentence(set(typed));
        assert!(text.starts_with(&format!("--set {typed}: ")) && text.contains(answer), "{text}");
    }
}

#[test]
fn what_a_run_would_not_read_is_refused() {
    let alpha = sentence(set("model.softplus_alpha=2"));
    assert!(
        alpha.ends_with(
            "model.softplus_alpha applies only to softplus, centred-softplus and thresholded-softplus units, not to \
             rectifier units; leave this setting out"
        ),
        "{alpha}"
    );
    let threshold = sentence(from_file("[model]\nactivation = \"softplus\"\nsoftplus_threshold = 0.5\n"));
    assert!(threshold.starts_with("a.toml, line 3") && threshold.contains("not to softplus units"), "{threshold}");
    let new = |text| resolve_new(Some((Path::new("a.toml"), text)), &[]);
    let fold = sentence(resolve_new(None, &[Override::parse("data.reviews.fold=1").unwrap()]));
    assert!(
        fold.contains("data.reviews.fold applies only to data sets of reviews (imdb") && fold.contains("not to digits"),
        "{fold}"
    );
    let nistp = sentence(new("[data]\ndataset = \"imdb\"\n\n[data.nistp]\nexamples = 7\n"));
    assert!(nistp.starts_with("a.toml, line 5 ('examples = 7'): data.nistp.examples applies only to"), "{nistp}");
    let csv = new("[data]\ndataset = \"imdb\"\nformat = \"csv\"\nreviews = { vocabulary = 7 }\n");
    assert!(sentence(csv).contains("not to data.format = \"csv\""));
    for (format, text, readers) in [
        (
            "images",
            "[data]\nformat = \"images\"\ntable = { task = \"regression\" }\n",
            "data.table.task applies only to your own tables",
        ),
        (
            "libsvm",
            "[data]\nformat = \"libsvm\"\ntable = { header = \"no\" }\n",
            "data.table.header applies only to your own tables",
        ),
        (
            "csv",
            "[data]\nformat = \"csv\"\npictures = { colour = \"grey\" }\n",
            "data.pictures.colour applies only to your own pictures",
        ),
        (
            "images",
            "[data]\nformat = \"images\"\npictures = { order = \"columns\" }\n",
            "data.pictures.order applies only to your own idx files",
        ),
    ] {
        let refused = sentence(new(text));
        assert!(
            refused.contains(readers) && refused.contains(&format!("not to data.format = \"{format}\"")),
            "{refused}"
        );
    }
    for read in [
        "[model]\nactivation = \"centred-softplus\"\nsoftplus_alpha = 2\n",
        "[data]\nreviews = { vocabulary = 5000 }\n",
        "[data]\nformat = \"reviews\"\nreviews = { fold = 1 }\n",
        "[data]\nformat = \"reviews\"\ntable = { label = \"stars\" }\n",
        "[data]\nformat = \"idx\"\npictures = { order = \"columns\" }\n",
        "[data]\ndataset = \"nistp36\"\nnistp = { examples = 7 }\n",
    ] {
        new(read).unwrap();
    }
}

#[test]
fn plans_may_have_settings_for_the_data_of_another_scale() {
    assert_eq!(set("data.reviews.fold=1").unwrap().data.reviews.fold, Some(1));
}

#[test]
fn numbers_that_the_32_bits_of_networks_cannot_hold_are_refused() {
    let l1 = sentence(set("training.l1=1e39"));
    assert!(
        l1.ends_with(
            "training.l1 is out of range; give a number of at least 0 that 32 bits can hold, \
                          or a list with a number for each layer of model.hidden"
        ),
        "{l1}"
    );
    for key in [
        "training.learning_rate=VALUE",
        "training.l1=VALUE",
        "training.l1=[0, VALUE, 0]",
        "pretraining.l1=VALUE",
        "pretraining.l1=[0, VALUE, 0]",
        "pretraining.learning_rates=[0.1, VALUE]",
        "pretraining.corruption.gaussian=VALUE",
        "pretraining.upper_corruption.gaussian-before-activation=VALUE",
        "model.softplus_alpha=VALUE",
        "model.softplus_threshold=VALUE",
        "model.gain=VALUE",
    ] {
        for value in ["1e39", "1e-39", "1e-60", "-1.0", "nan", "inf"] {
            let typed = key.replace("VALUE", value);
            let text = sentence(set(&typed));
            assert!(text.contains("is out of range; give ") && text.contains("32 bits"), "{text}");
        }
    }
}

#[test]
fn a_value_out_of_range_may_be_replaced() {
    let place = Some((Path::new("a"), "[training]\nepochs = 0\n"));
    let config = resolve(place, &[Override::parse("training.epochs=3").unwrap()]).unwrap();
    assert_eq!(config.training.epochs, 3);
    assert!(sentence(resolve(place, &[])).starts_with("a, line 2 ('epochs = 0'): training.epochs is out of range"));
    assert!(sentence(set("training={epochs=0}")).starts_with("--set training={epochs=0}: training.epochs is out"));
}

#[test]
fn values_out_of_range_name_the_place_and_the_range() {
    let text = sentence(from_file("[training]\nlearning_rate = -0.1\n"));
    assert!(text.contains("line 2") && text.contains("give a number above 0"), "{text}");
    let text = sentence(from_file("[data]\n\n[data.nistp]\ncomplexity = 2.0\n"));
    assert!(text.contains("line 4") && text.contains("give a number from 0 to 1"), "{text}");
    for bad in [
        "data.reviews.vocabulary=0",
        "data.reviews.labelled=9",
        "data.reviews.test=0",
        "data.reviews.fold=10",
        "data.nistp.examples=0",
        "data.nistp.validation=1000001",
        "data.nistp.test=0",
        "data.subset.first=0",
        "data.subset.fraction=1.1",
        "training.epochs=0",
        "training.batch_size=0",
        "training.seed=-1",
        "training.patience=-1",
        "training.learning_rate=0",
        "training.learning_rate=nan",
        "training.l1=-1",
        "training.l1=inf",
        "training.l1=[0.1, 0.1]",
        "training.l1=[0.1, 0.1, -0.1]",
        "training.l1=[0.1, 0.1, nan]",
        "pretraining.l1=-1",
        "pretraining.l1=[]",
        "pretraining.l1=[0.1]",
        "pretraining.epochs=0",
        "pretraining.learning_rates=[]",
        "pretraining.learning_rates=[0.1, 0]",
        "pretraining.sampling=0",
        "pretraining.code_gib=-1",
        "pretraining.code_gib=1e300",
        "pretraining.corruption.masking=1.5",
        "pretraining.upper_corruption={salt-and-pepper={to-zero=0.5, to-one=-0.1}}",
        "training.checkpoint_seconds=0",
        "model.hidden=[0]",
        "model.hidden=[1000000000]",
        "model.softplus_alpha=0",
        "model.softplus_threshold=-1",
        "model.gain=0",
        "model.gain=inf",
        "data.invert=1.5",
        "data.invert=nan",
    ] {
        let text = sentence(set(bad));
        assert!(text.contains(&format!("--set {bad}")) && text.contains("give "), "{text}");
    }
}

#[test]
fn what_is_not_toml_is_named_with_its_line() {
    let text = sentence(from_file("[training]\nepochs = = 3\n"));
    assert!(text.starts_with("a.toml, line 2"), "{text}");
    assert!(sentence(set("training.epochs")).contains("no '='"));
    assert!(sentence(set("training=3")).contains("--set training=3"));
}
