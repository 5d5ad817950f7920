# The functions of nixpkgs' `lib` that workflow files use.
let
  inherit (builtins)
    attrNames attrValues concatMap concatStringsSep elem elemAt filter foldl' genList head isList
    length listToAttrs map match replaceStrings split stringLength substring tail;
  fix = f: let self = f self; in self;
in
builtins // fix (lib: {
  systems.doubles.all = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  id = x: x;
  const = x: _: x;
  flip = f: a: b: f b a;
  pipe = foldl' (x: f: f x);
  max = a: b: if a > b then a else b;
  min = a: b: if a < b then a else b;
  assertMsg = condition: message: condition || throw message;
  boolToString = b: if b then "true" else "false";
  isDerivation = x: x.type or null == "derivation";
  trivial = { inherit (lib) id const flip pipe boolToString; };

  optional = condition: item: if condition then [ item ] else [ ];
  optionals = condition: items: if condition then items else [ ];
  optionalAttrs = condition: attrs: if condition then attrs else { };
  optionalString = condition: text: if condition then text else "";

  last = list: elemAt list (length list - 1);
  init = list: genList (elemAt list) (length list - 1);
  take = n: list: genList (elemAt list) (lib.min n (length list));
  drop = n: list: genList (i: elemAt list (i + n)) (lib.max 0 (length list - n));
  range = from: to: if from > to then [ ] else genList (i: from + i) (to - from + 1);
  reverseList = list: genList (i: elemAt list (length list - i - 1)) (length list);
  imap0 = f: list: genList (i: f i (elemAt list i)) (length list);
  imap1 = f: lib.imap0 (i: f (i + 1));
  count = f: list: length (filter f list);
  unique = foldl' (seen: item: if elem item seen then seen else seen ++ [ item ]) [ ];
  flatten = item: if isList item then concatMap lib.flatten item else [ item ];
  forEach = list: f: map f list;
  zipListsWith = f: a: b: genList (i: f (elemAt a i) (elemAt b i)) (lib.min (length a) (length b));
  subtractLists = without: filter (item: !elem item without);
  findFirst = f: default: list:
    let found = filter f list; in if found == [ ] then default else head found;
  foldr = f: start: list: foldl' (rest: item: f item rest) start (lib.reverseList list);
  cartesianProduct = axes: foldl'
    (rows: name: concatMap (row: map (value: row // { ${name} = value; }) axes.${name}) rows)
    [{ }]
    (attrNames axes);
  cartesianProductOfSets = lib.cartesianProduct;

  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: attrs: listToAttrs (map (name: f name attrs.${name}) (attrNames attrs));
  mapAttrsToList = f: attrs: map (name: f name attrs.${name}) (attrNames attrs);
  filterAttrs = f: attrs:
    listToAttrs (concatMap (name: lib.optional (f name attrs.${name}) (lib.nameValuePair name attrs.${name})) (attrNames attrs));
  concatMapAttrs = f: attrs: lib.mergeAttrsList (attrValues (builtins.mapAttrs f attrs));
  mergeAttrsList = foldl' (a: b: a // b) { };
  genAttrs = names: f: listToAttrs (map (name: lib.nameValuePair name (f name)) names);
  recursiveUpdate = a: b: a // builtins.mapAttrs
    (name: value:
      if a ? ${name} && builtins.isAttrs value && builtins.isAttrs a.${name}
      then lib.recursiveUpdate a.${name} value else value)
    b;
  attrByPath = path: default: attrs:
    if path == [ ] then attrs
    else if attrs ? ${head path} then lib.attrByPath (tail path) default attrs.${head path}
    else default;
  getAttrFromPath = path: lib.attrByPath path (throw "no attribute ${concatStringsSep "." path}");
  attrsets = { inherit (lib) optionalAttrs nameValuePair mapAttrs' mapAttrsToList filterAttrs mergeAttrsList genAttrs recursiveUpdate; };
  lists = { inherit (lib) optional optionals last init take drop range imap0 unique flatten forEach; };

  concatMapStrings = f: list: concatStringsSep "" (map f list);
  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
  concatStrings = concatStringsSep "";
  concatLines = concatMapStrings: lib.concatMapStrings (line: line + "\n") concatMapStrings;
  concatImapStringsSep = separator: f: list: concatStringsSep separator (lib.imap1 f list);
  stringToCharacters = text: genList (i: substring i 1 text) (stringLength text);
  stringAsChars = f: text: lib.concatMapStrings f (lib.stringToCharacters text);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix = suffix: text:
    let over = stringLength text - stringLength suffix;
    in over >= 0 && substring over (-1) text == suffix;
  hasInfix = part: text: length (lib.splitString part text) > 1;
  removePrefix = prefix: text: if lib.hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix = suffix: text:
    if lib.hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  splitString = separator: text: filter builtins.isString (split (lib.escapeRegex separator) text);
  escapeRegex = lib.escape (lib.stringToCharacters "\\[{()^$?*+|.");
  escape = characters: replaceStrings characters (map (character: "\\${character}") characters);
  escapeShellArg = item:
    let text = toString item;
    in if match "[[:alnum:],._+:@%/-]+" text != null then text else "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  escapeShellArgs = lib.concatMapStringsSep " " lib.escapeShellArg;
  toShellVar = name: value: "${name}=${lib.escapeShellArg value}";
  lowerChars = lib.stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upperChars = lib.stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings lib.upperChars lib.lowerChars;
  toUpper = replaceStrings lib.lowerChars lib.upperChars;
  replicate = n: item: genList (_: item) n;
  fixedWidthNumber = width: n:
    let text = toString n; in lib.concatStrings (lib.replicate (width - stringLength text) "0") + text;
  trim = text: let found = match "[ \t\r\n]*(.*[^ \t\r\n])[ \t\r\n]*" text; in if found == null then "" else head found;
  strings = { inherit (lib) concatMapStrings concatMapStringsSep concatStrings hasPrefix hasSuffix hasInfix removePrefix removeSuffix splitString escapeShellArg toLower toUpper optionalString; inherit concatStringsSep replaceStrings; };
  makeBinPath = lib.concatMapStringsSep ":" (package: "${package}/bin");
  getExe = package: lib.getExe' package (package.meta.mainProgram or package.pname or package.name);
  getExe' = package: name: "${package}/bin/${name}";
  getBin = package: package;
  licenses = { };
  platforms = { };
})
